import { isCoded } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import { decodeEvidence, type Evidence, receiptDigest, ZERO_HASH } from '@isobit/receipt';
import { refuted, unchecked } from './claim.ts';
import { checkInclusion } from './methods/inclusion.ts';
import { checkIntegrity, checkSigner } from './methods/integrity.ts';
import { checkModel } from './methods/model.ts';
import { checkByPeer, type Peer } from './methods/peer.ts';
import { checkByReplay, type Replayer, replayable } from './methods/replay.ts';
import { checkUsage } from './methods/usage.ts';
import type { Trust } from './trust.ts';
import { type Claim, type ClaimName, claimNames, claimOf, sentenceOf, type Verdict } from './verdict.ts';

/** Ways to check the execution that need more than the evidence: one function each, given by the caller. */
export interface Ports {
  readonly replayer?: Replayer;
  readonly peer?: Peer;
}

/**
 * Judges evidence by what it holds and whom the caller trusts. Pure and synchronous: the same evidence and
 * trust give the same verdict in every runtime (specs/verdict.md section 3).
 *
 * @param evidence an evidence document, or the bytes of a file, which may be anything
 */
export function verify(evidence: Evidence | Uint8Array, trust: Trust): Verdict {
  const opened = open(evidence);
  return 'verdict' in opened ? opened.verdict : examine(opened.evidence, trust).verdict;
}

/** As `verify`, then checks the execution with each port given; replay decides where both are. */
export async function verifyWith(
  evidence: Evidence | Uint8Array,
  trust: Trust,
  ports: Ports,
  options: { signal?: AbortSignal } = {},
): Promise<Verdict> {
  const opened = open(evidence);
  if ('verdict' in opened) return opened.verdict;
  const { verdict, manifest } = examine(opened.evidence, trust);
  if (claimOf(verdict, 'integrity').status !== 'verified') return verdict;
  const peer = ports.peer && (await checkByPeer(opened.evidence, manifest, ports.peer, options.signal));
  const replay =
    ports.replayer && (await checkByReplay(opened.evidence, manifest, ports.replayer, options.signal));
  const execution = strongest(replay, peer) ?? claimOf(verdict, 'execution');
  return finish({ ...verdict, claims: verdict.claims.map((c) => (c.claim === 'execution' ? execution : c)) });
}

/** A run on this machine outweighs a peer's word in both directions. */
function strongest(replay: Claim | undefined, peer: Claim | undefined): Claim | undefined {
  if (replay && replay.status !== 'unchecked') return replay;
  return peer && peer.status !== 'unchecked' ? peer : (replay ?? peer);
}

type Opened = { evidence: Evidence } | { verdict: Verdict };

function open(evidence: Evidence | Uint8Array): Opened {
  if (!(evidence instanceof Uint8Array)) return { evidence };
  try {
    return { evidence: decodeEvidence(evidence) };
  } catch (error) {
    if (!isCoded(error)) throw error;
    const reason = error.code === 'DOCUMENT_UNKNOWN_VERSION' ? 'unknown-version' : 'malformed';
    const integrity = refuted('integrity', 'signature', reason, error.message);
    return {
      verdict: finish({
        isobit: 'verdict/1',
        claims: claimNames.map((name) => (name === 'integrity' ? integrity : afterRefusal(name))),
        notChecked: [],
      }),
    };
  }
}

const afterRefusal = (name: ClaimName): Claim =>
  unchecked(name, 'not-disclosed', 'not looked at: the evidence itself does not hold together');

function examine(evidence: Evidence, trust: Trust): { verdict: Verdict; manifest?: Manifest } {
  const { receipt } = evidence;
  const head = {
    isobit: 'verdict/1',
    receipt: receiptDigest(receipt),
    worker: receipt.worker,
    model: receipt.model,
  } as const;
  const integrity = checkIntegrity(evidence, trust);
  if (integrity.status === 'refuted') {
    return {
      verdict: finish({
        ...head,
        claims: claimNames.map((name) => (name === 'integrity' ? integrity : afterRefusal(name))),
        notChecked: [],
      }),
    };
  }
  const log = checkInclusion(evidence, trust);
  const model = checkModel(evidence);
  const byName: Record<ClaimName, Claim> = {
    integrity,
    signer: checkSigner(evidence, trust),
    log: log.claim,
    model: model.claim,
    execution: executionUnasked(evidence, model.manifest),
    usage: checkUsage(evidence),
    hardware: unchecked('hardware', 'none-claimed', 'the receipt claims no particular hardware'),
    payment:
      receipt.payment === ZERO_HASH
        ? unchecked('payment', 'none-claimed', 'the receipt refers to no payment')
        : unchecked('payment', 'unavailable', `payment ${receipt.payment}: no ledger was asked`),
  };
  const verdict = finish({
    ...head,
    claims: claimNames.map((name) => byName[name]),
    notChecked: log.note ? [log.note] : [],
  });
  return { verdict, ...(model.manifest ? { manifest: model.manifest } : {}) };
}

function executionUnasked(evidence: Evidence, manifest: Manifest | undefined): Claim {
  const exchange = replayable(evidence, manifest);
  return 'claim' in exchange
    ? exchange
    : unchecked('execution', 'not-asked', 'the request was not run again');
}

const ALWAYS = 'whether the answer is true: only that this model gives it to this request';

/** Restates what stays unchecked after the claims have changed. */
function finish(verdict: Verdict): Verdict {
  const log = verdict.notChecked.filter((line) => line.startsWith('whether the log'));
  const claims = verdict.claims.filter(({ status }) => status === 'unchecked').map(sentenceOf);
  const execution = claimOf(verdict, 'execution');
  const peer = execution.method === 'peer' ? [`whether ${execution.by} is independent of the worker`] : [];
  return { ...verdict, notChecked: [...claims, ...log, ...peer, ALWAYS] };
}
