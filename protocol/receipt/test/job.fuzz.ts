import { canonicalText, isCoded, utf8 } from '@isobit/core';
import {
  jobAnswerKind,
  jobErrorKind,
  jobKind,
  jobProgressKind,
  offerFault,
  offerKind,
  openOffer,
  signedOfferKind,
} from '@isobit/receipt';
import { job } from './vectors/job.ts';
import { offer } from './vectors/offer.ts';
import { inputBytes, type Term } from './vectors/vector.ts';

const seeds =
  ({ valid }: Term, kind: string) =>
  (): Uint8Array[] =>
    Object.values(valid)
      .filter((vector) => vector.kind === kind)
      .map(inputBytes);

/** A decoder whose every accepted input must be spelled as it would write it. */
const exact = <T>(
  kind: { decode(bytes: Uint8Array): T; encode(value: T): Uint8Array },
  term: Term,
  name: string,
) => ({
  run(bytes: Uint8Array) {
    const value = kind.decode(bytes);
    if (canonicalText(value) !== new TextDecoder().decode(bytes))
      throw new Error('read another document than the bytes spell');
    return value;
  },
  seeds: seeds(term, name),
});

/** Decoders of jobs and offers: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  job: exact(jobKind, job, 'job'),
  'job-progress': exact(jobProgressKind, job, 'job-progress'),
  'job-answer': exact(jobAnswerKind, job, 'job-answer'),
  'job-error': { run: (bytes) => jobErrorKind.decode(bytes), seeds: seeds(job, 'job-error') },
  offer: {
    run(bytes) {
      const read = offerKind.decode(bytes);
      for (const url of read.http) new URL(url);
      return offerFault(read, { network: read.network, now: read.issued });
    },
    seeds: () => [...seeds(offer, 'offer')(), utf8('{}')],
  },
  'signed-offer': {
    run(bytes) {
      const signed = signedOfferKind.decode(bytes);
      try {
        return openOffer(signed);
      } catch (error) {
        if (isCoded(error, 'OFFER_SIGNATURE')) return undefined;
        throw error;
      }
    },
    seeds: seeds(offer, 'signed-offer'),
  },
};
