import { isCoded } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import {
  answerKind,
  type Evidence,
  isSignedByWorker,
  type Profile,
  type Receipt,
  type Request,
  type Response,
  requestDigest,
  responseDigest,
  saltOf,
  type Trace,
  traceRoot,
} from '@isobit/receipt';
import { refuted, unchecked, verified } from '../claim.ts';
import type { Claim } from '../verdict.ts';
import { causeOf, withCause } from './cause.ts';
import { describeDifference } from './describe.ts';
import { firstDifferingValue } from './difference.ts';
import { replayable } from './replay.ts';

/** The port to a second worker, chosen by the client and not shown the first answer. */
export interface Peer {
  ask(
    question: { request: Request; profile: Profile; exclude: string },
    options: { signal?: AbortSignal },
  ): Promise<SecondAnswer>;
}

export interface SecondAnswer {
  readonly receipt: Receipt;
  readonly response: Response;
  /** Where it came with one: it tells whether two texts part by the model or by the draw. */
  readonly trace?: Trace;
}

/** Another worker's signed answer to the same request must be the same bytes. */
export async function checkByPeer(
  evidence: Evidence,
  manifest: Manifest | undefined,
  peer: Peer,
  signal?: AbortSignal,
): Promise<Claim> {
  const exchange = replayable(evidence, manifest);
  if ('claim' in exchange) return exchange;
  const { request, response, profile } = exchange;
  const { receipt } = evidence;
  try {
    const second = await peer.ask({ request, profile, exclude: receipt.worker }, signal ? { signal } : {});
    const by = second.receipt.worker;
    const problem = whyNotAnAnswer(receipt, request, second);
    if (problem) return unchecked('execution', 'unavailable', `the second worker ${by} ${problem}`);
    if (second.receipt.response === receipt.response)
      return verified('execution', 'peer', `${by} ran it too and signed the same bits`, { by });
    const found = firstDifferingValue(response, second.response);
    const difference = withCause(found, causeOf(evidence.trace, second.trace));
    return refuted(
      'execution',
      'peer',
      'mismatch',
      `${by} ran it too: ${describeDifference(difference, 'there')}; one of the two is wrong, and running it yourself tells which`,
      { by, ...(difference ? { difference } : {}) },
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (!isCoded(error)) throw error;
    return unchecked(
      'execution',
      'unavailable',
      `no second worker could be asked: ${error.message} (${error.code})`,
    );
  }
}

function whyNotAnAnswer(receipt: Receipt, request: Request, second: SecondAnswer): string | undefined {
  const other = second.receipt;
  if (other.worker === receipt.worker) return 'is the first one';
  if (!isSignedByWorker(other)) return 'gave a receipt that it did not sign';
  if (other.outcome !== 'complete') return `ended as "${other.outcome}"`;
  if (other.network !== receipt.network || other.model !== receipt.model || other.profile !== receipt.profile)
    return 'answered for another network, model or profile';
  if (other.request !== requestDigest(request)) return 'answered another request';
  if (responseDigest(second.response, saltOf(request)) !== other.response)
    return 'gave a response that its receipt does not name';
  if (second.response.kind !== answerKind(request)) return 'answered in another kind';
  if (second.trace && traceRoot(second.trace, saltOf(request)) !== other.trace)
    return 'gave a trace that its receipt does not name';
  return undefined;
}
