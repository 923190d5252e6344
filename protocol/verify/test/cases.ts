import { toHex } from '@isobit/core';
import { createRequest, type Evidence, fast, profileDigest } from '@isobit/receipt';
import type { ClaimName, Reason, Trust } from '../src/index.ts';
import { keyOf, logOf, NOW, scene, vector, witness, witnessVkey, worker } from './scene.ts';
import { heldTexts, refusedTexts } from './text-cases.ts';

/** Evidence that a pure verdict refutes: exactly this claim, for exactly this reason. */
export interface RefusedCase {
  readonly name: string;
  readonly description: string;
  readonly evidence: Evidence;
  readonly trust?: Partial<Trust>;
  readonly claim: ClaimName;
  readonly reason: Reason;
}

const zero = toHex(new Uint8Array(32));
const plain = scene();
const traced = scene({ trace: true });
const cosigned = scene({ cosigned: true });
const plainLog = logOf(plain.receipt, worker, false);
const { request: _request, ...withoutRequest } = traced;
const { witnesses: _witnesses, ...unnamedWitness } = logOf(cosigned.receipt, worker, true);
const otherSalt = createRequest({
  model: plain.receipt.model,
  profile: 'onnx-exact-1',
  salt: new Uint8Array(32),
  inputs: [vector('x', 1, 2, 3)],
});
const wrongUsage = { ...plain.receipt.details, usage: { inputBytes: 12, outputBytes: 13 } };
const signed = plain.manifest as NonNullable<Evidence['manifest']>;

const integrity = (
  name: string,
  description: string,
  reason: Reason,
  evidence: Evidence,
  trust?: Partial<Trust>,
): RefusedCase => ({
  name,
  description,
  evidence,
  claim: 'integrity',
  reason,
  ...(trust ? { trust } : {}),
});
const log = (name: string, description: string, reason: Reason, evidence: Evidence): RefusedCase => ({
  name,
  description,
  evidence,
  claim: 'log',
  reason,
});

export const refusedCases: readonly RefusedCase[] = [
  integrity('changed-receipt', 'a receipt changed after signing', 'signature', {
    ...plain,
    receipt: { ...plain.receipt, time: NOW - 1 },
  }),
  integrity('foreign-signature', 'a receipt signed by another key', 'signature', {
    ...plain,
    receipt: { ...scene({ key: keyOf('other') }).receipt, worker: worker.address },
  }),
  integrity('network', 'another network', 'network', plain, { network: zero }),
  integrity('clock', 'a clock in the future', 'clock', scene({ body: { time: NOW + 3_600_000 } })),
  integrity('nonce', 'a stale nonce', 'stale', plain, { expected: { nonce: zero } }),
  integrity('other-request', 'another request than the one sent', 'stale', plain, {
    expected: { request: zero },
  }),
  integrity('other-model', 'another model than the one asked', 'stale', plain, {
    expected: { model: 'bagaaieraiqjw7i2vwntyuekgvulpp2det2kpwt6cd7tx5ayqybqpmhfk76fa' },
  }),
  integrity('other-profile', 'another profile than the one asked for', 'stale', plain, {
    expected: { profile: profileDigest(fast) },
  }),
  integrity('request', 'a request of another salt', 'request-digest', { ...plain, request: otherSalt }),
  integrity('response', 'another response', 'response-digest', {
    ...plain,
    response: scene({ answer: [1, 1, 1] }).response as never,
  }),
  integrity('trace', 'another trace', 'trace-root', {
    ...traced,
    trace: scene({ answer: [9, 9, 9], trace: true }).trace as never,
  }),
  integrity('trace-output', 'a trace that does not end in the response', 'trace-output', {
    ...scene({ body: { trace: scene({ answer: [5, 5, 5], trace: true }).receipt.trace } }),
    trace: scene({ answer: [5, 5, 5], trace: true }).trace as never,
  }),
  integrity('response-alone', 'a response without its request', 'not-disclosed', withoutRequest),
  integrity(
    'request-profile',
    'a profile that the request does not ask for',
    'request-receipt',
    scene({ body: { profile: profileDigest(fast) } }),
  ),
  {
    name: 'signer',
    description: 'a signer that is not trusted',
    evidence: plain,
    trust: { workers: [keyOf('other').address] },
    claim: 'signer',
    reason: 'signer-untrusted',
  },
  {
    name: 'manifest',
    description: 'a manifest that its publisher did not sign',
    evidence: { ...plain, manifest: { ...signed, manifest: { ...signed.manifest, title: 'Triples' } } },
    claim: 'model',
    reason: 'manifest',
  },
  {
    name: 'usage',
    description: 'usage that the documents do not have',
    evidence: scene({ body: { details: wrongUsage } }),
    claim: 'usage',
    reason: 'usage',
  },
  log('proof-index', 'a proof of another index', 'log-proof', { ...plain, log: { ...plainLog, index: 1 } }),
  log('proof-tree', 'a proof for another tree', 'log-proof', {
    ...plain,
    log: logOf(scene({ answer: [1, 1, 1] }).receipt, worker, false),
  }),
  log('log-key', "another worker's log key", 'log-key', {
    ...plain,
    log: logOf(plain.receipt, keyOf('other'), false),
  }),
  log('checkpoint-origin', "a checkpoint of another worker's log", 'log-checkpoint', {
    ...plain,
    log: { ...plainLog, checkpoint: logOf(plain.receipt, keyOf('other'), false).checkpoint },
  }),
  log('stray-line', 'a cosignature by nobody whose keys are known', 'log-checkpoint', {
    ...cosigned,
    log: unnamedWitness,
  }),
  log('idle-witness', 'a witness that is named and did not cosign', 'log-checkpoint', {
    ...plain,
    log: { ...plainLog, witnesses: cosigned.log?.witnesses as never },
  }),
  ...refusedTexts,
];

/** Evidence of which nothing is refuted. */
export type HeldCase = Omit<RefusedCase, 'claim' | 'reason'>;

export const heldCases: readonly HeldCase[] = [
  { name: 'honest', description: 'whole evidence of an honest run', evidence: plain },
  { name: 'traced', description: 'the same with a trace', evidence: traced },
  {
    name: 'lie',
    description: 'a lie, signed and logged: only another run can tell',
    evidence: scene({ answer: [2, 4.000001, 6] }),
  },
  {
    name: 'fast',
    description: 'a fast run: nothing but the signer speaks for it',
    evidence: scene({ profile: fast }),
  },
  {
    name: 'receipt-only',
    description: 'a receipt and nothing else',
    evidence: { isobit: 'evidence/1', receipt: plain.receipt },
  },
  {
    name: 'witnessed',
    description: 'cosigned by a trusted witness',
    evidence: cosigned,
    trust: { witnesses: [{ vkey: witnessVkey }], witnessThreshold: 1 },
  },
  {
    name: 'witnessed-by-address',
    description: 'the same, trusted by its address',
    evidence: cosigned,
    trust: { witnesses: [{ address: witness.address }], witnessThreshold: 1 },
  },
  {
    name: 'unwitnessed',
    description: 'one cosignature is asked for and none is there',
    evidence: plain,
    trust: { witnesses: [{ vkey: witnessVkey }], witnessThreshold: 1 },
  },
  ...heldTexts,
  { name: 'cancelled', description: 'a run that did not complete', evidence: cancelled() },
];

function cancelled(): Evidence {
  const { response: _response, ...rest } = scene({
    body: {
      outcome: 'cancelled',
      response: zero,
      details: {
        ...plain.receipt.details,
        error: 'JOB_CANCELLED',
        usage: { inputBytes: 12, outputBytes: 0 },
      },
    },
  });
  return rest;
}
