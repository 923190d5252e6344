import { answerTokens, floatOfBits, type TextResponse } from '@isobit/receipt';

/** JSON has no infinity; clients of the API know this number for one. */
const IMPOSSIBLE = -9999;

/** A log probability as JSON holds it: the double that the float is. */
export function logProbability(bits: string): number {
  const value = floatOfBits(bits);
  return Number.isFinite(value) ? value : IMPOSSIBLE;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** Counted as the receipt counts (specs/request.md section 3). */
export function usageNumbers(response: TextResponse): Usage {
  const { promptTokens } = response;
  const completion = answerTokens(response);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
  };
}
