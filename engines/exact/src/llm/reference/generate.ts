import { throwIfAborted } from '../../errors.ts';
import { checkTokens, isToken } from '../graph/check-tokens.ts';
import type { Decoder } from './graph/decoder.ts';
import { checkParameters, type SamplingParameters } from './sampler/parameters.ts';
import { sample } from './sampler/sample.ts';

export interface GenerateOptions {
  readonly model: Decoder;
  /** At least one token. */
  readonly prompt: readonly number[];
  readonly parameters: SamplingParameters;
  /** Tokens at most. */
  readonly most: number;
  /** Tokens that end the answer; the one met is its last. */
  readonly ends?: ReadonlySet<number>;
  readonly signal?: AbortSignal;
}

/**
 * Answers a prompt, token by token.
 *
 * @throws CodedError `SAMPLING_INVALID`, `PROMPT_EMPTY`, `TOKEN_UNKNOWN`, `CONTEXT_FULL`, `RUN_NOT_FINITE`, `RUN_ABORTED`
 */
export function* generate(options: GenerateOptions): Generator<number, void, undefined> {
  const { model, prompt, parameters, most, ends, signal } = options;
  checkParameters(parameters, model.vocabulary);
  checkTokens(prompt, model.vocabulary, model.description.context);
  const sequence = model.createSequence();
  const tokens = [...prompt];
  let fresh: readonly number[] = prompt;
  for (let made = 0; made < most; made++) {
    throwIfAborted(signal, 'the generation');
    const logits = model.forward(sequence, fresh).at(-1) as Float32Array;
    const token = sample({ logits, before: tokens, parameters });
    yield token;
    if (ends?.has(token)) return;
    tokens.push(token);
    fresh = [token];
  }
}

/**
 * Checks an answer by one pass over prompt and answer together.
 *
 * @returns the first token that the model would not have chosen, or undefined
 * @throws as `generate`
 */
export function firstDifferentToken(
  options: Omit<GenerateOptions, 'most' | 'ends' | 'signal'> & { readonly answer: readonly number[] },
): { index: number; claimed: number; computed: number } | undefined {
  const { model, prompt, parameters, answer } = options;
  checkParameters(parameters, model.vocabulary);
  checkTokens(prompt, model.vocabulary, model.description.context);
  // A token that does not exist differs for certain: what is behind it is not run.
  const unknown = answer.findIndex((token) => !isToken(token, model.vocabulary));
  const claims = unknown < 0 ? answer : answer.slice(0, unknown + 1);
  const tokens = [...prompt, ...claims];
  const logits = claims.length ? model.forward(model.createSequence(), tokens.slice(0, -1)) : [];
  for (const [index, claimed] of claims.entries()) {
    const position = prompt.length + index;
    const before = tokens.slice(0, position);
    const computed = sample({ logits: logits[position - 1] as Float32Array, before, parameters });
    if (computed !== claimed) return { index, claimed, computed };
  }
  return undefined;
}
