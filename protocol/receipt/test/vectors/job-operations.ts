import { canonicalText, type DocumentKind, toHex } from '@isobit/core';
import {
  jobAcceptedKind,
  jobAnswerKind,
  jobCancelKind,
  jobErrorKind,
  jobKind,
  jobProgressKind,
  offerFault,
  offerKind,
  offerPublicKey,
  openOffer,
  receiptDigest,
  requestDigest,
  signedOfferKind,
} from '@isobit/receipt';
import { inputBytes, type Vector } from './vector.ts';

const read = <T>(kind: DocumentKind<T>, vector: Vector): T => kind.decode(inputBytes(vector));

/** What this implementation does for the vectors of jobs and offers. */
export const jobOperations: Readonly<
  Record<string, (vector: Vector) => Record<string, unknown> | undefined>
> = {
  job: (v) => ({ request: requestDigest(read(jobKind, v).request) }),
  'job-accepted': (v) => ({ position: read(jobAcceptedKind, v).position }),
  'job-progress': (v) => ({
    text: read(jobProgressKind, v)
      .pieces.map(({ text }) => text)
      .join(''),
  }),
  'job-answer': (v) => ({ receipt: receiptDigest(read(jobAnswerKind, v).receipt) }),
  'job-error': (v) => ({ code: read(jobErrorKind, v).code }),
  'job-cancel': (v) => ({ text: canonicalText(read(jobCancelKind, v)) }),
  offer: (v) => ({ digest: toHex(offerKind.digest(read(offerKind, v))) }),
  'signed-offer': (v) => {
    const signed = read(signedOfferKind, v);
    const { node } = openOffer(signed);
    return { node, publicKey: toHex(offerPublicKey(signed) ?? new Uint8Array()) };
  },
  'offer-fault': (v) => {
    const fault = offerFault(read(offerKind, v), v['at'] as { network: string; now: number });
    return fault ? { refused: fault } : {};
  },
};
