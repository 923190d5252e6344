import { fromHex } from '@isobit/core';
import { samplingNumbers, type TextRequest } from '@isobit/receipt';
import type { TokenConstraint, TokenRequest } from '../token-engine.ts';

/** What all answers to a request share, in tokens. */
export type SharedRequest = Pick<
  TokenRequest,
  'prompt' | 'parameters' | 'most' | 'ends' | 'alternatives' | 'trace'
>;

/** @param constraint makes one for each answer, where the request has a grammar */
export type ConstraintFactory = () => TokenConstraint;

/** A text request as an engine takes it; `choice`, `stop` and `constraint` are each answer's own. */
export function sharedRequest(
  request: TextRequest,
  prompt: readonly number[],
  { ends, trace }: { readonly ends: ReadonlySet<number>; readonly trace: boolean },
): SharedRequest {
  const { maxTokens, sampling, salt, logProbabilities } = request;
  return {
    prompt,
    parameters: samplingNumbers(sampling, salt),
    most: maxTokens,
    ends,
    ...(logProbabilities === undefined ? {} : { alternatives: logProbabilities }),
    ...(trace ? { trace: { salt: fromHex(salt) } } : {}),
  };
}
