import { toHex } from '@isobit/core';
import {
  floatBits,
  namedTokens,
  type TextChoice,
  type TextPiece,
  type TextRequest,
  type TokenTrace,
} from '@isobit/receipt';
import type { TokenDifference, TokenStep } from '../token-engine.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { createAnswerText, saidBytes } from './answer-text.ts';

/** What a response and its pieces state of some steps. */
export type StatedSteps = Pick<TextPiece, 'tokens' | 'logProbabilities' | 'tokenBytes'>;

/** What a request asks to be stated of each token, besides its id. */
export type AskedOfSteps = Pick<TextRequest, 'logProbabilities' | 'tokenBytes'>;

/** Steps as a response states them, and each piece its own (specs/response.md section 3). */
export function statedSteps(
  steps: readonly TokenStep[],
  tokenizer: Tokenizer,
  asked: AskedOfSteps,
): StatedSteps {
  const stated = {
    tokens: steps.map(({ token }) => token),
    ...(asked.logProbabilities === undefined ? {} : { logProbabilities: steps.map(probabilityOf) }),
  };
  if (!asked.tokenBytes) return stated;
  const said = [...namedTokens(stated)].map((token) => [token, toHex(saidBytes(token, tokenizer))]);
  return { ...stated, tokenBytes: Object.fromEntries(said) };
}

/** @param step of a run that was asked for log probabilities */
const probabilityOf = ({ logProbability, alternatives = [] }: TokenStep) => ({
  value: floatBits(logProbability as number),
  alternatives: alternatives.map(({ token, logProbability: value }) => ({ token, value: floatBits(value) })),
});

/** An answer as the response states it, from its steps alone: so it is the same for who generates and who checks. */
export function choiceOf(
  steps: readonly TokenStep[],
  tokenizer: Tokenizer,
  { stop = [], ...asked }: AskedOfSteps & Pick<TextRequest, 'stop'>,
): TextChoice {
  const text = createAnswerText(tokenizer, stop);
  for (const { token } of steps) text.stop.accept(token);
  return { ...statedSteps(steps, tokenizer, asked), ...text.end() };
}

/** The trace of answers, in the order of choices and positions. */
export const traceOf = (choices: readonly (readonly TokenStep[])[]): TokenTrace => ({
  isobit: 'trace/1',
  kind: 'tokens',
  steps: choices.flatMap((steps, choice) =>
    steps.flatMap(({ token, logits }) => (logits ? [{ choice, token, logits: toHex(logits) }] : [])),
  ),
});

/**
 * The trace up to a difference, the differing step included where its logits are known.
 *
 * @param choices the steps that agree, of the answers up to the one that differs
 */
export function traceUntil(
  choices: readonly (readonly TokenStep[])[],
  { computed, logits }: TokenDifference,
): TokenTrace {
  const last = computed !== undefined && logits ? [{ token: computed, logits }] : [];
  return traceOf([...choices.slice(0, -1), [...(choices.at(-1) ?? []), ...last]]);
}
