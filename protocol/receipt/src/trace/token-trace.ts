import { field, limits } from '@isobit/core';
import * as v from 'valibot';

const tokenStep = v.strictObject({
  /** Which of the answers, from 0. */
  choice: v.pipe(field.count, v.maxValue(limits.textChoices - 1)),
  token: field.count,
  /** Digest of the logits that the token was drawn from, before penalties: a value FP32[vocabulary]. */
  logits: field.hex32,
});

/** A text's tokens in the order of choices, then positions (specs/trace.md section 5). */
export const tokenTraceSchema = v.strictObject({
  isobit: v.literal('trace/1'),
  kind: v.literal('tokens'),
  steps: v.pipe(
    v.array(tokenStep),
    v.maxLength(limits.traceTokens),
    v.check(
      (steps) =>
        steps.every(({ choice }, i) => i === 0 || (steps[i - 1] as { choice: number }).choice <= choice),
      'must be in the order of choices',
    ),
  ),
});

export type TokenTrace = v.InferOutput<typeof tokenTraceSchema>;
export type TokenTraceStep = TokenTrace['steps'][number];

/** Where the traces of two texts part. */
export interface TokenTraceDifference {
  /** Position of the first step that differs. */
  readonly index: number;
  readonly claimed?: TokenTraceStep;
  readonly computed?: TokenTraceStep;
  /**
   * `logits`: the same tokens before, other logits: the model or its arithmetic differs. `token`: the same logits,
   * another token: the sampling differs. `length`: an answer ends.
   */
  readonly kind: 'logits' | 'token' | 'length';
}

/** The first step at which two traces differ, or undefined when they are equal. */
export function firstTokenDifference(
  claimed: TokenTrace,
  computed: TokenTrace,
): TokenTraceDifference | undefined {
  const length = Math.max(claimed.steps.length, computed.steps.length);
  for (let index = 0; index < length; index++) {
    const a = claimed.steps[index];
    const b = computed.steps[index];
    if (!a || !b)
      return { index, ...(a ? { claimed: a } : {}), ...(b ? { computed: b } : {}), kind: 'length' };
    const kind =
      a.choice !== b.choice
        ? 'length'
        : a.logits !== b.logits
          ? 'logits'
          : a.token !== b.token
            ? 'token'
            : undefined;
    if (kind) return { index, claimed: a, computed: b, kind };
  }
  return undefined;
}
