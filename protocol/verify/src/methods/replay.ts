import { isCoded, printable } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import {
  type Evidence,
  firstDifference,
  isTokenTrace,
  type Profile,
  profileByDigest,
  type Receipt,
  type Request,
  type Response,
  responseDigest,
  saltOf,
  type TextRequest,
  type TextResponse,
  type TokenTrace,
  type Trace,
  upstreamServerOf,
} from '@isobit/receipt';
import { refuted, unchecked, verified } from '../claim.ts';
import type { Claim, MemberDifference, OperatorDifference, TokenDifference } from '../verdict.ts';
import { causeOf, withCause } from './cause.ts';
import { describeDifference } from './describe.ts';
import { firstDifferingValue } from './difference.ts';

/** What a replayer is asked to run. */
export interface Replay {
  readonly request: Request;
  readonly manifest: Manifest;
  readonly profile: Profile;
  /** Whether the intermediate values are wanted too: slower. */
  readonly trace: boolean;
}

/** What a second run needs. */
export type Exchange = Omit<Replay, 'trace'> & { readonly response: Response };

/** A text that a replayer is asked to check. */
export interface TextReplay extends Replay {
  readonly request: TextRequest;
  readonly response: TextResponse;
}

/** What a check of a text found. */
export type TextCheck =
  | { readonly agrees: true }
  | {
      readonly agrees: false;
      readonly difference: TokenDifference | MemberDifference;
      /** The steps up to the difference, and the differing one where its logits are known; where it was asked for. */
      readonly trace?: TokenTrace;
    };

/**
 * The port to an exact engine: runs a request on model bytes that it has checked against the manifest. It
 * rejects with a coded error; the codes of `impossible` mean that no honest worker could have answered.
 */
export interface Replayer {
  run(replay: Replay, options: { signal?: AbortSignal }): Promise<{ response: Response; trace?: Trace }>;
  /**
   * Draws each token of a text again and compares the rest of the response: where a profile allows one pass over
   * prompt and answer, many times cheaper than `run`, which takes its place where this is absent.
   */
  check?(replay: TextReplay, options: { signal?: AbortSignal }): Promise<TextCheck>;
  /** Whether an error means that this request cannot be answered by this model on any machine. */
  impossible?(error: unknown): boolean;
}

/** Runs the request again here and compares bytes; on a mismatch, says where the two part. */
export async function checkByReplay(
  evidence: Evidence,
  manifest: Manifest | undefined,
  replayer: Replayer,
  signal?: AbortSignal,
): Promise<Claim> {
  const exchange = replayable(evidence, manifest);
  if ('claim' in exchange) return exchange;
  const options = signal ? { signal } : {};
  try {
    const { request, response } = exchange;
    return request.kind === 'text' && response.kind === 'text' && replayer.check
      ? await checkText(evidence, { ...exchange, request, response }, replayer.check.bind(replayer), options)
      : await runAgain(evidence, exchange, replayer, options);
  } catch (error) {
    signal?.throwIfAborted();
    if (!isCoded(error)) throw error;
    if (replayer.impossible?.(error))
      return refuted(
        'execution',
        'replay',
        'impossible',
        `this model cannot answer this request: ${error.message}`,
      );
    return unchecked('execution', 'unavailable', `could not run it again: ${error.message} (${error.code})`);
  }
}

async function checkText(
  { trace: claimed }: Evidence,
  exchange: Omit<TextReplay, 'trace'>,
  check: NonNullable<Replayer['check']>,
  options: { signal?: AbortSignal },
): Promise<Claim> {
  const found = await check({ ...exchange, trace: false }, options);
  if (found.agrees)
    return verified(
      'execution',
      'replay',
      'checked here: every token drawn again, and the text, are what the model gives',
    );
  // Digests of the logits cost time, so they are asked for only where they have something to tell.
  const traced = claimed && (await check({ ...exchange, trace: true }, options));
  const cause = traced?.agrees === false ? causeOf(claimed, traced.trace) : undefined;
  const difference = withCause(found.difference, cause);
  return refuted(
    'execution',
    'replay',
    'mismatch',
    `checked here: ${describeDifference(difference, 'here')}`,
    {
      difference,
    },
  );
}

async function runAgain(
  evidence: Evidence,
  exchange: Exchange,
  replayer: Replayer,
  options: { signal?: AbortSignal },
): Promise<Claim> {
  const { request, response } = exchange;
  const again = await replayer.run({ ...exchange, trace: false }, options);
  if (responseDigest(again.response, saltOf(request)) === evidence.receipt.response)
    return verified('execution', 'replay', 'run again here: every bit of the answer is the same');
  const traced = evidence.trace && (await replayer.run({ ...exchange, trace: true }, options)).trace;
  const operator = operatorDifference(evidence.trace, traced);
  const difference = withCause(
    firstDifferingValue(response, again.response),
    causeOf(evidence.trace, traced),
  );
  const where = operator ? `; first differing operator: ${operator.node} (${operator.op})` : '';
  return refuted(
    'execution',
    'replay',
    'mismatch',
    `run again here: ${describeDifference(difference, 'here')}${where}`,
    {
      ...(difference ? { difference } : {}),
      ...(operator ? { operator } : {}),
    },
  );
}

/** The parts of evidence that a second run needs, or the claim that says which of them is missing. */
export function replayable(
  { receipt, request, response }: Evidence,
  manifest: Manifest | undefined,
): Exchange | Claim {
  if (receipt.outcome !== 'complete')
    return unchecked(
      'execution',
      'outcome',
      `the run ended as "${receipt.outcome}": there is no answer to check`,
    );
  const profile = profileByDigest(receipt.profile);
  if (!profile)
    return unchecked(
      'execution',
      'profile-unknown',
      `profile ${receipt.profile} is not known to this program`,
    );
  if (!profile.exact) return unchecked('execution', 'profile-fast', fastDetail(receipt, profile));
  if (!request || !response)
    return unchecked(
      'execution',
      'not-disclosed',
      'request or response is not disclosed, so it cannot be run again',
    );
  if (!manifest)
    return unchecked('execution', 'not-disclosed', 'no valid manifest is at hand, so it cannot be run again');
  return { request, response, manifest, profile };
}

/** Whose word an answer is that no replay speaks for. */
function fastDetail(receipt: Receipt, { name }: Profile): string {
  const server = upstreamServerOf(receipt);
  return server === undefined
    ? `profile "${name}" promises no equal bits: only the signer's word speaks for the run`
    : `attribution only: worker ${receipt.worker} says that a server behind it (${printable(server, 40)}) answered this; nothing shows which model ran`;
}

function operatorDifference(
  claimed: Trace | undefined,
  computed: Trace | undefined,
): OperatorDifference | undefined {
  if (!claimed || !computed || isTokenTrace(claimed) || isTokenTrace(computed)) return undefined;
  const found = firstDifference(claimed, computed);
  if (!found) return undefined;
  const step = found.computed ?? found.claimed;
  if (!step) return undefined;
  const digests = (s: typeof found.claimed) => s?.outputs.map((o) => o.digest).join(' ');
  const a = digests(found.claimed);
  const b = digests(found.computed);
  return {
    step: found.index,
    node: step.node,
    op: step.op,
    kind: found.kind,
    inputs: step.inputs,
    ...(a ? { claimed: a } : {}),
    ...(b ? { computed: b } : {}),
  };
}
