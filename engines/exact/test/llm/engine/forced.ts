import { toHex } from '@isobit/core';
import { logitsDigest } from '../../../src/llm/answer/logits-digest.ts';
import type { TokenConstraint, TokenEngine, TokenRequest } from '../../../src/llm/index.ts';
import { createDecoder, readGguf } from '../../../src/llm/reference/index.ts';

export const salt = new Uint8Array(32).fill(3);

/** Allows nothing but the given tokens, one after the other, and token 0 behind them. */
export function forcing(vocabulary: number, tokens: readonly number[]): TokenConstraint {
  let at = 0;
  return {
    allowed() {
      const token = tokens[at] ?? 0;
      const bits = new Uint32Array(Math.ceil(vocabulary / 32));
      bits[token >> 5] = 1 << (token & 31);
      return bits;
    },
    accept: () => void at++,
  };
}

/** A request whose answer is known beforehand, so that only its logits tell anything. */
export function forcedRequest(
  vocabulary: number,
  tokens: readonly number[],
  prompt: number,
): TokenRequest & { readonly answer: readonly number[] } {
  const answer = [...tokens.slice(prompt), 0];
  return {
    prompt: tokens.slice(0, prompt),
    parameters: { seed: 1n },
    most: answer.length,
    constraint: forcing(vocabulary, answer),
    trace: { salt },
    answer,
  };
}

/** Digests of the logits after each token from the last of the prompt on. */
export async function checkedDigests(
  engine: TokenEngine,
  tokens: readonly number[],
  prompt = 1,
): Promise<string[]> {
  const { answer, ...request } = forcedRequest(engine.vocabulary, tokens, prompt);
  const { steps } = await engine.check(request, answer);
  return steps.map(({ logits }) => toHex(logits as Uint8Array));
}

/** The same, token by token. */
export async function grownDigests(
  engine: TokenEngine,
  tokens: readonly number[],
  prompt = 1,
): Promise<string[]> {
  const { answer: _, ...request } = forcedRequest(engine.vocabulary, tokens, prompt);
  const found: string[] = [];
  for await (const { logits } of engine.generate(request)) found.push(toHex(logits as Uint8Array));
  return found;
}

/** The same by the slow reference. */
export function referenceDigests(file: Uint8Array, tokens: readonly number[], prompt = 1): string[] {
  const model = createDecoder(readGguf(file));
  const logits = model.forward(model.createSequence(), tokens);
  return logits.slice(prompt - 1).map((values) => toHex(logitsDigest(values, salt)));
}
