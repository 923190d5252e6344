import { field, limits } from '@isobit/core';
import * as v from 'valibot';
import { grammarSchema } from './grammar.ts';
import { promptSchema } from './prompt.ts';
import { requestHead } from './request-head.ts';
import { samplingSchema } from './sampling.ts';

const from = (least: number, most: number) => v.pipe(field.count, v.minValue(least), v.maxValue(most));

/** A prompt in, text out (specs/request.md section 4). */
export const textRequestSchema = v.strictObject({
  ...requestHead('text'),
  prompt: promptSchema,
  /** Tokens of one answer at most; the context ends it too. */
  maxTokens: from(1, limits.answerTokens),
  sampling: v.optional(samplingSchema),
  /** Texts that end an answer; the first that occurs does. */
  stop: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.nonEmpty(), v.maxBytes(limits.textStopBytes))),
      v.minLength(1),
      v.maxLength(limits.textStops),
    ),
  ),
  /** Answers wanted; 1 when absent. */
  choices: v.optional(from(1, limits.textChoices)),
  /** Alternatives listed with the log probability of each token; no log probabilities when absent. */
  logProbabilities: v.optional(from(0, limits.textAlternatives)),
  /** The response states the bytes of each token that it names. */
  tokenBytes: v.optional(v.literal(true)),
  grammar: v.optional(grammarSchema),
});

export type TextRequest = v.InferOutput<typeof textRequestSchema>;
