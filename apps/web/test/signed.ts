import { sha256, toHex, utf8 } from '@isobit/core';
import type { Engine } from '@isobit/exact';
import { blockCount, blockLeaf, blockRange, type SignedManifest } from '@isobit/model';
import {
  type Evidence,
  networkId,
  openGenesis,
  type Profile,
  profileDigest,
  type Request,
  type Response,
  requestDigest,
  responseDigest,
  signReceipt,
  type Trace,
  traceRoot,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import { keyOf, logOf } from './log-of.ts';

export const worker = keyOf('worker');
export const publisher = keyOf('publisher');
/** Of every request here. */
export const salt = sha256(utf8('web salt'));

export const leavesOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: blockCount(bytes.length) }, (_, i) => {
    const { start, end } = blockRange(i, bytes.length);
    return blockLeaf(bytes.subarray(start, end));
  });

export interface Run {
  readonly manifest: SignedManifest;
  readonly request: Request;
  readonly response: Response;
  readonly trace?: Trace;
  readonly profile: Profile;
  readonly engine: Engine;
  readonly cosigned?: boolean;
  readonly disclosed?: boolean;
}

/** The evidence of a run, by the worker of these tests. */
export function signedEvidence(run: Run): Evidence {
  const { manifest, request, response, trace, profile, engine, cosigned = false, disclosed = true } = run;
  const receipt = signReceipt(
    {
      network: networkId(openGenesis),
      model: request.model,
      profile: profileDigest(profile),
      request: requestDigest(request),
      response: responseDigest(response, salt),
      trace: trace ? traceRoot(trace, salt) : ZERO_HASH,
      outcome: 'complete',
      time: Date.UTC(2026, 10, 20, 12, 34, 56),
      worker: worker.address,
      payment: ZERO_HASH,
      details: { nonce: toHex(sha256(utf8('nonce'))), usage: usageOf(request, response), engine },
    },
    worker,
  );
  return {
    isobit: 'evidence/1',
    receipt,
    manifest,
    log: logOf(receipt, worker, cosigned),
    ...(disclosed ? { request, response } : {}),
    ...(disclosed && trace ? { trace } : {}),
  };
}
