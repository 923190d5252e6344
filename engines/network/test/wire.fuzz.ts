import { CodedError, encodeCanonical, nodeKey } from '@isobit/core';
import { signName } from '@isobit/model';
import {
  jobAcceptedKind,
  jobCancelKind,
  jobErrorKind,
  jobKind,
  jobProgressKind,
  signOffer,
} from '@isobit/receipt';
import { blobReplyKind, blobRequestKind } from '../src/blobs/blob-messages.ts';
import { documentReplyKind, documentRequestKind } from '../src/documents/document-messages.ts';
import { createNameGossip } from '../src/documents/name-gossip.ts';
import { readCancel, readJob, readReply } from '../src/jobs/job-frames.ts';
import { Announcer } from '../src/offers/announcer.ts';
import { OfferBook } from '../src/offers/offer-book.ts';
import { offersGivenKind, offersKnownKind } from '../src/offers/offer-exchange-documents.ts';
import { OfferTable } from '../src/offers/offer-table.ts';
import { frameLength } from '../src/wire/frame.ts';
import { decodeReply } from '../src/witness/witness-exchange.ts';
import { MODEL, NETWORK, testAnswer, testJob, testOffer } from './support.ts';

const key = nodeKey(new Uint8Array(32).fill(3));
const now = Date.now();
const signed = signOffer(
  {
    ...testOffer(),
    isobit: 'offer/1',
    node: key.address,
    network: NETWORK,
    addresses: ['/ip4/127.0.0.1/tcp/1'],
    instance: '1'.repeat(64),
    sequence: 1,
    issued: now,
    expires: now + 600_000,
  },
  key,
);
const signedName = signName(
  {
    isobit: 'name/1',
    key: key.address,
    name: 'digits',
    version: '1',
    model: MODEL,
    sequence: 1,
    expires: Date.now() + 3_600_000,
  },
  key,
);
const ended = AbortSignal.abort();
const announcer = new Announcer({
  key: nodeKey(),
  network: NETWORK,
  addresses: () => [],
  publish: async () => {},
  signal: ended,
});
const table = new OfferTable({ network: NETWORK, now: () => Date.now() });
const book = new OfferBook({ self: nodeKey().address, table, announcer, onKeyElsewhere: () => {} });
const names = createNameGossip({
  gossip: { subscribe: () => {}, onAudience: () => {}, publish: async () => {} },
  topic: 't',
});
const document = (kind: { decode(bytes: Uint8Array): unknown }, ...seeds: unknown[]) => ({
  run: (bytes: Uint8Array) => kind.decode(bytes),
  seeds: () => seeds.map(encodeCanonical),
});

/** Every decoder that reads what a peer sends: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  'frame-head': {
    run(bytes) {
      if (bytes.length < 4) throw new CodedError('PEER_RESET', 'the stream reads four bytes first');
      return frameLength(bytes.subarray(0, 4), 1_000);
    },
    seeds: () => [Uint8Array.of(0, 0, 3, 232), Uint8Array.of(255, 255, 255, 255)],
  },
  job: { run: readJob, seeds: () => [jobKind.encode(testJob())] },
  cancel: { run: readCancel, seeds: () => [jobCancelKind.encode({ isobit: 'job-cancel/1' })] },
  reply: {
    run: readReply,
    seeds: () => [
      encodeCanonical(testAnswer(testJob(), key)),
      jobAcceptedKind.encode({ isobit: 'job-accepted/1', position: 1 }),
      jobProgressKind.encode({
        isobit: 'job-progress/1',
        pieces: [{ choice: 0, tokens: [1, 2], text: 'once' }],
      }),
      jobErrorKind.encode({ isobit: 'job-error/1', code: 'JOB_BUSY', message: 'later', retryAfterMs: 1 }),
    ],
  },
  'witness-reply': { run: decodeReply, seeds: () => [Uint8Array.of(0, 200, 1, 2), Uint8Array.of(1, 153)] },
  'gossiped-offer': {
    run: (bytes) => book.gossiped(bytes, key.address),
    seeds: () => [encodeCanonical(signed)],
  },
  'gossiped-name': {
    run: (bytes) => names.gossiped(bytes),
    seeds: () => [encodeCanonical(signedName)],
  },
  'offers-known': document(offersKnownKind, {
    isobit: 'offers-known/1',
    known: [{ node: key.address, sequence: 1 }],
  }),
  'offers-given': document(offersGivenKind, {
    isobit: 'offers-given/1',
    offers: [signed],
    wanted: [key.address],
  }),
  'document-request': document(
    documentRequestKind,
    { isobit: 'document-request/1', want: 'manifest', id: MODEL },
    { isobit: 'document-request/1', want: 'names', name: 'digits' },
  ),
  'document-reply': document(documentReplyKind, { isobit: 'document-reply/1', documents: [{}] }),
  'blob-request': document(
    blobRequestKind,
    { isobit: 'blob-request/1', want: 'leaves', root: NETWORK, size: 5 },
    { isobit: 'blob-request/1', want: 'range', root: NETWORK, size: 5, start: 0, end: 5 },
  ),
  'blob-reply': document(blobReplyKind, { isobit: 'blob-reply/1', status: 'ok', length: 5 }),
};
