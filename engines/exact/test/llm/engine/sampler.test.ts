import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { compileKernels, createMemory } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import type { Draw } from '../../../src/llm/answer/answer.ts';
import { Layout } from '../../../src/llm/engine/memory/layout.ts';
import { createMachine } from '../../../src/llm/engine/memory/machine.ts';
import { createSampler, placeSampler } from '../../../src/llm/engine/sampling/sampler.ts';
import { drawReference } from '../../../src/llm/reference/draw.ts';
import type { SamplingParameters } from '../../../src/llm/reference/index.ts';
import { createRandom } from '../random.ts';

/* The fast sampler against the slow one: every draw, every log probability, every margin. */

const build = 'single';
const module = await compileKernels(build, await readFile(wasmPath(build)));
const machine = createMachine({ build, module, memory: createMemory(build, 128) });

function fast(vocabulary: number) {
  const layout = new Layout();
  const logits = layout.floats(vocabulary);
  const buffers = placeSampler(layout, vocabulary, machine.kernels.cutScratch());
  const draw = createSampler(machine, buffers, vocabulary);
  return (values: Float32Array, ask: Draw) => {
    machine.floats.set(values, logits / 4);
    return draw(logits, ask);
  };
}

/** Few different logits, so that many are equal; logits that spread; logits where few matter; both zeros. */
const kinds: Readonly<Record<string, (random: ReturnType<typeof createRandom>) => number>> = {
  equal: (random) => random.integer(4) / 2 - 0.5,
  even: (random) => random.float() * 4,
  peaked: (random) => random.float() ** 9 * 60,
  zeros: (random) => (random.integer(2) ? 0 : -0),
  far: (random) => random.float() * 3e38,
};

const decimal = (least: number, most: number) => fc.double({ min: least, max: most, noNaN: true });
const optional = <Value>(name: string, of: fc.Arbitrary<Value>) =>
  fc.option(of, { nil: undefined }).map((value) => (value === undefined ? {} : { [name]: value }));

const parametersFor = (vocabulary: number): fc.Arbitrary<SamplingParameters> =>
  fc
    .tuple(
      optional('temperature', fc.oneof(fc.constantFrom(0, 1, 1e-30, 100), decimal(0.01, 3))),
      optional(
        'topK',
        fc.oneof(fc.constantFrom(1, vocabulary, 1e6), fc.integer({ min: 1, max: vocabulary })),
      ),
      optional('topP', fc.oneof(fc.constantFrom(1, 1e-9, 0.999999), decimal(0.01, 1))),
      optional('minP', fc.oneof(fc.constantFrom(0, 1), decimal(0, 0.2))),
      optional('repeatPenalty', fc.oneof(fc.constant(1), decimal(0.5, 2))),
      optional('presencePenalty', decimal(-2, 2)),
      optional('frequencyPenalty', decimal(-2, 2)),
      optional('penaltyWindow', fc.nat(20)),
      optional(
        'logitBias',
        fc
          .array(fc.tuple(fc.nat(vocabulary - 1), decimal(-100, 100)), { maxLength: 4 })
          .map((list) => new Map(list)),
      ),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    )
    .map(([seed, ...rest]) => Object.assign({}, seed, ...rest.slice(0, -1), { seed: rest.at(-1) }));

const draws = fc.constantFrom(3, 48, 300, 1_000).chain((vocabulary) =>
  fc.record({
    vocabulary: fc.constant(vocabulary),
    kind: fc.constantFrom(...Object.keys(kinds)),
    noise: fc.nat(2 ** 30),
    parameters: parametersFor(vocabulary),
    before: fc.array(fc.nat(vocabulary - 1), { minLength: 1, maxLength: 30 }),
    choice: fc.nat(3),
    allowed: fc.option(fc.array(fc.nat(vocabulary - 1), { minLength: 1, maxLength: 40 }), { nil: undefined }),
    claimed: fc.option(fc.nat(vocabulary - 1), { nil: undefined }),
    alternatives: fc.option(fc.nat(Math.min(vocabulary, 8)), { nil: undefined }),
  }),
);

type Asked = typeof draws extends fc.Arbitrary<infer Value> ? Value : never;

const samplers = new Map([3, 48, 300, 1_000].map((vocabulary) => [vocabulary, fast(vocabulary)]));

function askOf({ vocabulary, parameters, before, choice, allowed, claimed, alternatives }: Asked): Draw {
  const bits = new Uint32Array(Math.ceil(vocabulary / 32));
  for (const token of allowed ?? []) bits[token >> 5] = (bits[token >> 5] as number) | (1 << (token & 31));
  return {
    request: {
      prompt: before,
      most: 1,
      parameters,
      choice,
      ...(alternatives === undefined ? {} : { alternatives }),
    },
    before,
    ...(allowed ? { allowed: bits } : {}),
    ...(claimed === undefined ? {} : { claimed }),
  };
}

const outcome = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code;
    throw error;
  }
};

test('draws what the slow sampler draws', () =>
  forAll(
    [draws],
    (asked) => {
      const random = createRandom(asked.noise);
      const logits = Float32Array.from({ length: asked.vocabulary }, () => kinds[asked.kind]?.(random) ?? 0);
      const ask = askOf(asked);
      const found = outcome(() => samplers.get(asked.vocabulary)?.(logits, ask));
      assert.deepEqual(
        found,
        outcome(() => drawReference(logits, ask)),
      );
    },
    propertyRuns(600),
  ));

describe('refused', () => {
  const sampler = fast(48);
  const ask: Draw = { request: { prompt: [1], most: 1, parameters: { seed: 1n } }, before: [1] };
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    test(`a logit that is ${bad}, wherever it stands`, () => {
      for (let place = 0; place < 48; place++) {
        const logits = new Float32Array(48).map((_, i) => (i === place ? bad : i / 10));
        assert.throws(
          () => sampler(logits, ask),
          (error) => isCoded(error, 'RUN_NOT_FINITE'),
        );
      }
    });
  }

  test('a penalty that makes a logit infinite, and a mask that leaves none', () => {
    const logits = new Float32Array(48).fill(-3e38);
    const parameters = { seed: 1n, repeatPenalty: 10 };
    assert.throws(
      () => sampler(logits, { ...ask, request: { ...ask.request, parameters } }),
      (error) => isCoded(error, 'RUN_NOT_FINITE'),
    );
    assert.throws(
      () => sampler(new Float32Array(48), { ...ask, allowed: new Uint32Array(2) }),
      (error) => isCoded(error, 'SAMPLING_IMPOSSIBLE'),
    );
  });
});
