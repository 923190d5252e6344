import { createSha256, toHex } from '@isobit/core';
import { exactError } from '../../errors.ts';
import type { ModelFile } from '../model-file.ts';
import type { TokenEncoder, TokenEngine, TokenRequest } from '../token-engine.ts';
import { knownAnswer } from './known-answer.ts';
import { knownDecoder, knownEncoder } from './known-models.ts';

/** Makes the engines that are to be tested. */
export interface TestedEngines {
  decoder(model: ModelFile): Promise<TokenEngine>;
  encoder(model: ModelFile): Promise<TokenEncoder>;
}

const count = (length: number): number[] => Array.from({ length }, (_, i) => (i * 31 + 7) % 80);

/** Longer than a block of attention, so that blocks are joined. */
const PROMPT = count(90);
const SALT = new Uint8Array(32);

const request: TokenRequest = {
  prompt: PROMPT,
  parameters: {
    seed: 11n,
    temperature: 1.25,
    topK: 60,
    topP: 0.9375,
    minP: 0.001953125,
    repeatPenalty: 1.25,
  },
  most: 24,
  alternatives: 3,
  trace: { salt: SALT },
};

/**
 * Runs models whose answer is known, with every type of weights, subnormals among them, and compares the digests of
 * all logits, tokens and probabilities. To be passed before the first signature of a process and again from time to
 * time: a native library that changes the float mode would show here.
 *
 * @throws CodedError `ENGINE_SELF_TEST` when the bits differ, or as the engines
 */
export async function selfTest(engines: TestedEngines, signal?: AbortSignal): Promise<void> {
  const computed = await answersOf(engines, signal);
  if (computed.decoder === knownAnswer.decoder && computed.encoder === knownAnswer.encoder) return;
  throw exactError(
    'ENGINE_SELF_TEST',
    'the language-model engine fails its known-answer test on this machine: it must not sign exact answers; look for a native library that changes the float mode, or report your processor and system',
    { expected: knownAnswer, computed },
  );
}

/** What engines make of the known models: digests, 64 hex characters. */
export async function answersOf(
  engines: TestedEngines,
  signal?: AbortSignal,
): Promise<{ decoder: string; encoder: string }> {
  const options = signal ? { signal } : {};
  await using decoder = await engines.decoder(knownDecoder());
  const grown = createSha256();
  const tokens: number[] = [];
  for await (const { token, logProbability = Number.NaN, alternatives = [], logits } of decoder.generate(
    request,
    options,
  )) {
    tokens.push(token);
    const listed = alternatives.flatMap((each) => [each.token, each.logProbability]);
    grown.update(new Uint8Array(Float32Array.of(token, logProbability, ...listed).buffer));
    grown.update(logits ?? SALT);
  }
  const { steps, difference } = await decoder.check(request, tokens, options);
  for (const { logits } of steps) grown.update(logits ?? SALT);
  grown.update(Uint8Array.of(difference ? 1 : 0));
  await using encoder = await engines.encoder(knownEncoder());
  const embedding = await encoder.embed(count(70), options);
  const embedded = createSha256().update(new Uint8Array(embedding.slice().buffer));
  return { decoder: toHex(grown.digest()), encoder: toHex(embedded.digest()) };
}
