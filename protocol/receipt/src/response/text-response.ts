import { field, limits } from '@isobit/core';
import * as v from 'valibot';
import { floatBitsSchema } from '../float-bits.ts';
import { saysItsText, statesItsTokens, tokenBytesSchema } from './token-bytes.ts';

/** What a response and its progress state of one token. */
export const stepProbabilitySchema = v.strictObject({
  /** Logarithm of the token's probability. */
  value: floatBitsSchema,
  /** The likeliest tokens, the likeliest first. */
  alternatives: v.pipe(
    v.array(v.strictObject({ token: field.count, value: floatBitsSchema })),
    v.maxLength(limits.textAlternatives),
  ),
});

const choice = v.pipe(
  v.strictObject({
    /** All that were drawn, one that ended the answer among them. */
    tokens: v.pipe(v.array(field.count), v.maxLength(limits.tokenList)),
    /** What the tokens say: a function of the model as well, so that a reader needs no tokenizer. */
    text: field.text,
    /** `stop`: by an end token or a stop string. `length`: by `maxTokens` or the context. */
    finish: v.picklist(['stop', 'length']),
    /** The stop string that ended the answer; `text` ends before it. */
    stop: v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxBytes(limits.textStopBytes))),
    /** One for each token. */
    logProbabilities: v.optional(v.pipe(v.array(stepProbabilitySchema), v.maxLength(limits.tokenList))),
    /** What each token says that stands in `tokens` or among the alternatives. */
    tokenBytes: v.optional(tokenBytesSchema),
  }),
  v.check((c) => c.stop === undefined || c.finish === 'stop', 'names a "stop" only where "finish" is stop'),
  v.check(
    (c) => c.logProbabilities === undefined || c.logProbabilities.length === c.tokens.length,
    'must hold a log probability for each token',
  ),
  v.check((c) => statesItsTokens(c), 'must state the bytes of each of its tokens, and of no other'),
  v.check((c) => saysItsText(c), 'must hold the text that its "tokenBytes" say'),
);

/** Answers to a prompt (specs/response.md section 3). */
export const textResponseSchema = v.pipe(
  v.strictObject({
    isobit: v.literal('response/1'),
    kind: v.literal('text'),
    /** Tokens that the prompt became. */
    promptTokens: field.count,
    choices: v.pipe(v.array(choice), v.minLength(1), v.maxLength(limits.textChoices)),
    /** Tokens of all answers, as the server states that gave them: only where none of its tokens is known. */
    outputTokens: v.optional(field.count),
  }),
  v.check(
    (r) => r.outputTokens === undefined || r.choices.every(({ tokens }) => tokens.length === 0),
    'states "outputTokens" only where no token is known',
  ),
);

export type TextResponse = v.InferOutput<typeof textResponseSchema>;
export type TextChoice = TextResponse['choices'][number];
