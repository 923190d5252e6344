import type { Draw, Drawer } from '../../answer/answer.ts';
import { logitsDigest } from '../../answer/logits-digest.ts';
import { log64 } from '../../reference/math/double.ts';
import { sub } from '../../reference/math/f32.ts';
import { changes, impossible, notFinite } from '../../reference/sampler/adjust.ts';
import type { SamplingParameters } from '../../reference/sampler/parameters.ts';
import { randomBits } from '../../reference/sampler/philox.ts';
import type { TokenProbability, TokenStep } from '../../token-engine.ts';
import type { Layout } from '../memory/layout.ts';
import type { Machine } from '../memory/machine.ts';

/** Where the sampler works. */
export interface SamplerBuffers {
  /** Candidates that are left: logits, ratios, tokens. */
  readonly z: number;
  readonly r: number;
  readonly ids: number;
  /** A bit for each token. */
  readonly allowed: number;
  readonly histogram: number;
}

export const placeSampler = (layout: Layout, vocabulary: number, histogramBytes: number): SamplerBuffers => ({
  z: layout.floats(vocabulary),
  r: layout.floats(vocabulary),
  ids: layout.floats(vocabulary),
  allowed: layout.floats(Math.ceil(vocabulary / 32)),
  histogram: layout.take(histogramBytes),
});

const TWO_32 = 2 ** 32;

/**
 * Section 11 over logits in memory, by their address; they are changed in place. Equal to the slow reference in every
 * draw: no step sorts the vocabulary, since a sum of integer weights has no order.
 */
export function createSampler(machine: Machine, buffers: SamplerBuffers, vocabulary: number): Drawer<number> {
  const { kernels } = machine;

  function checkFinite(logits: number): void {
    const token = kernels.firstNotFinite(logits, vocabulary);
    if (token >= 0) throw notFinite(token);
  }

  /** Penalties and bias; what the logits of the tokens concerned were before. */
  function adjust(logits: number, { before, request }: Draw): ReadonlyMap<number, number> {
    const { floats } = machine;
    const raw = new Map<number, number>();
    for (const [token, logit] of changes(
      (id) => floats[logits / 4 + id] as number,
      before,
      request.parameters,
    )) {
      raw.set(token, floats[logits / 4 + token] as number);
      floats[logits / 4 + token] = logit;
      if (!Number.isFinite(logit)) throw notFinite(token);
    }
    return raw;
  }

  function mask(logits: number, allowed: Uint32Array): void {
    const { integers } = machine;
    const words = Math.ceil(vocabulary / 32);
    const at = buffers.allowed / 4;
    integers.fill(0, at, at + words);
    integers.set(allowed.subarray(0, words), at);
    if (kernels.maskTokens(logits, buffers.allowed, vocabulary) === 0) throw impossible();
  }

  function choose(logits: number, { before, request }: Draw): number {
    const { parameters, choice = 0 } = request;
    const greatest = kernels.greatestOf(logits, vocabulary);
    const temperature = Math.fround(parameters.temperature ?? 1);
    if (temperature === 0) return kernels.firstEqual(logits, vocabulary, greatest);
    const count = candidates(logits, greatest, temperature, parameters);
    const least = Math.fround(parameters.minP ?? 0);
    const total = kernels.weightSum(buffers.r, count, least);
    const bits = randomBits(parameters.seed, before.length, choice);
    const place = Number((bits * BigInt(total)) >> 64n);
    return kernels.tokenAt(buffers.r, buffers.ids, count, least, place);
  }

  /** Tokens that topK and topP leave, with their ratios; how many. */
  function candidates(
    logits: number,
    greatest: number,
    temperature: number,
    { topK = vocabulary, topP = 1 }: SamplingParameters,
  ): number {
    const { z, r, ids, histogram } = buffers;
    const weigh = (from: number, tokens: number, count: number): number =>
      kernels.weighTokens(from, tokens, count, greatest, temperature, z, r, ids);
    const count =
      topK < vocabulary
        ? weigh(z, ids, kernels.cutTokens(logits, 0, 0, vocabulary, topK, histogram, z, 0, ids))
        : weigh(logits, 0, vocabulary);
    const part = Math.fround(topP);
    if (part === 1) return count;
    const target = part * kernels.weightSum(r, count, 0);
    return kernels.cutTokens(z, r, ids, count, target, histogram, z, r, ids);
  }

  /** The likeliest of the model's own logits, in the order of section 11.3. */
  function likeliest(logits: number, count: number): { token: number; logit: number }[] {
    if (count === 0) return [];
    const { z, ids, histogram } = buffers;
    const kept = kernels.cutTokens(logits, 0, 0, vocabulary, count, histogram, z, 0, ids);
    const { floats, integers } = machine;
    return Array.from({ length: kept }, (_, i) => ({
      token: integers[ids / 4 + i] as number,
      logit: floats[z / 4 + i] as number,
    })).sort((a, b) => b.logit - a.logit || a.token - b.token);
  }

  /** How log probabilities follow from logits (section 11.5). */
  function probability(logits: number): (logit: number) => number {
    const greatest = kernels.greatestOf(logits, vocabulary);
    const weights = kernels.weightTotal(logits, vocabulary, greatest);
    const shift = Math.fround(log64(weights / TWO_32));
    return (logit) => sub(sub(logit, greatest), shift);
  }

  return (logits, draw) => {
    checkFinite(logits);
    const { request, allowed, claimed } = draw;
    const { alternatives, trace } = request;
    const { floats } = machine;
    const logit = (token: number): number => floats[logits / 4 + token] as number;
    const digest = trace && logitsDigest(floats.slice(logits / 4, logits / 4 + vocabulary), trace.salt);
    const of = alternatives === undefined ? undefined : probability(logits);
    const listed = alternatives === undefined ? [] : likeliest(logits, alternatives);
    const raw = adjust(logits, draw);
    const ofClaimed = claimed === undefined ? undefined : logit(claimed);
    if (allowed) mask(logits, allowed);
    const token = choose(logits, draw);
    const step: TokenStep = {
      token,
      ...(of
        ? {
            logProbability: of(raw.get(token) ?? logit(token)),
            alternatives: listed.map(
              (each): TokenProbability => ({
                token: each.token,
                logProbability: of(each.logit),
              }),
            ),
          }
        : {}),
      ...(digest ? { logits: digest } : {}),
    };
    return { step, margin: ofClaimed === undefined ? undefined : sub(logit(token), ofClaimed) };
  };
}
