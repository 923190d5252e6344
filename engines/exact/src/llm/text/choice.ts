import { toHex } from '@isobit/core';
import { floatBits, type TextChoice, type TextRequest, type TokenTrace } from '@isobit/receipt';
import type { TokenDifference, TokenStep } from '../token-engine.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { createAnswerText } from './answer-text.ts';

export type StepProbability = NonNullable<TextChoice['logProbabilities']>[number];

/** How a response states a token's log probability, where it was asked for. */
export function probabilityOf({ logProbability, alternatives = [] }: TokenStep): StepProbability | undefined {
  if (logProbability === undefined) return undefined;
  return {
    value: floatBits(logProbability),
    alternatives: alternatives.map(({ token, logProbability: value }) => ({
      token,
      value: floatBits(value),
    })),
  };
}

/** An answer as the response states it, from its steps alone: so it is the same for who generates and who checks. */
export function choiceOf(
  steps: readonly TokenStep[],
  tokenizer: Tokenizer,
  { stop = [], logProbabilities }: Pick<TextRequest, 'stop' | 'logProbabilities'>,
): TextChoice {
  const text = createAnswerText(tokenizer, stop);
  for (const { token } of steps) text.stop.accept(token);
  return {
    tokens: steps.map(({ token }) => token),
    ...text.end(),
    ...(logProbabilities === undefined
      ? {}
      : { logProbabilities: steps.flatMap((step) => probabilityOf(step) ?? []) }),
  };
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
