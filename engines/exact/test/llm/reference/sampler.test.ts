import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import {
  checkParameters,
  logProbabilities,
  type SamplingParameters,
  sample,
} from '../../../src/llm/reference/index.ts';
import { weigh } from '../../../src/llm/reference/sampler/weigh.ts';
import { createRandom } from '../random.ts';

const logitsOf = (seed: number, length = 50): Float32Array => createRandom(seed).floats(length, 5);
const candidatesOf = (logits: Float32Array) => Array.from(logits, (logit, token) => ({ token, logit }));
const draw = (logits: Float32Array, parameters: Partial<SamplingParameters>) =>
  sample({ logits, before: [], parameters: { seed: 1n, ...parameters } });

const some = fc.record({
  temperature: fc.double({ min: 0, max: 3, noNaN: true }),
  topK: fc.integer({ min: 1, max: 60 }),
  topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
  minP: fc.double({ min: 0, max: 1, noNaN: true }),
  presencePenalty: fc.double({ min: -2, max: 2, noNaN: true }),
  repeatPenalty: fc.double({ min: 0.5, max: 2, noNaN: true }),
});

describe('a token', () => {
  test('depends on nothing but logits, sequence, parameters, seed and choice', () =>
    forAll([some, fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })], (parameters, seed, key) => {
      const logits = logitsOf(seed);
      const options = { logits, before: [1, 2, 3], parameters: { ...parameters, seed: key } };
      checkParameters(options.parameters, logits.length);
      const first = sample(options);
      sample({ ...options, before: [4] });
      assert.equal(sample(options), first);
      assert.ok(first >= 0 && first < logits.length);
    }));

  test('at temperature 0 is the likeliest, of equals the lowest', () => {
    assert.equal(draw(Float32Array.of(1, 3, 2, 3), { temperature: 0 }), 1);
    assert.equal(draw(Float32Array.of(-0, 0), { temperature: 0 }), 0);
    assert.equal(draw(Float32Array.of(1, 3), { temperature: 0, logitBias: new Map([[0, 2.5]]) }), 0);
  });

  test('is drawn as often as its probability says', () => {
    const logits = Float32Array.from([0.5, 0.3, 0.2], Math.log);
    const counts = [0, 0, 0];
    for (let choice = 0; choice < 4_000; choice++) {
      const token = sample({ logits, before: [], parameters: { seed: 9n }, choice });
      counts[token] = (counts[token] as number) + 1;
    }
    [0.5, 0.3, 0.2].forEach((share, i) => {
      assert.ok(Math.abs((counts[i] as number) / 4_000 - share) < 0.03, `${counts}`);
    });
  });

  test('differs between positions, seeds and choices', () => {
    const logits = new Float32Array(1_000);
    const at = (seed: bigint, position: number, choice: number) =>
      sample({ logits, before: new Array(position).fill(0), parameters: { seed }, choice });
    const found = new Set([at(1n, 0, 0), at(1n, 1, 0), at(2n, 0, 0), at(1n << 32n, 0, 0), at(1n, 0, 1)]);
    assert.equal(found.size, 5);
  });
});

describe('candidates', () => {
  const logits = Float32Array.of(2, 1, 2, 0, -1);

  test('top-k keeps the likeliest, of equals the lower ids', () => {
    const kept = (topK: number) => weigh(candidatesOf(logits), { seed: 0n, topK }).map(({ token }) => token);
    assert.deepEqual(kept(1), [0]);
    assert.deepEqual(kept(2), [0, 2]);
    assert.deepEqual(kept(9), [0, 2, 1, 3, 4]);
  });

  test('top-p keeps the shortest beginning that reaches the share', () => {
    const kept = (topP: number) => weigh(candidatesOf(new Float32Array(4)), { seed: 0n, topP }).length;
    assert.deepEqual([0.01, 0.25, 0.2500001, 0.5, 0.75, 0.9, 1].map(kept), [1, 1, 2, 2, 3, 4, 4]);
  });

  test('min-p keeps what has the share of the likeliest', () => {
    const kept = (minP: number) => weigh(candidatesOf(logits), { seed: 0n, minP }).length;
    assert.deepEqual([0, 0.3, 0.5, 1].map(kept), [5, 3, 2, 2]);
  });

  test('weights are integers up to 2^32, the likeliest has that', () =>
    forAll([fc.nat()], (seed) => {
      const weighed = weigh(candidatesOf(logitsOf(seed)), { seed: 0n });
      assert.equal(weighed[0]?.weight, 2 ** 32);
      assert.ok(weighed.every(({ weight }) => Number.isInteger(weight) && weight <= 2 ** 32));
    }));
});

describe('refused', () => {
  const refused = (parameters: Partial<SamplingParameters>) =>
    assert.throws(
      () => checkParameters({ seed: 0n, ...parameters }, 10),
      (error) => isCoded(error, 'SAMPLING_INVALID'),
    );

  test('parameters outside their ranges', () => {
    for (const temperature of [-0.1, 101, Number.NaN]) refused({ temperature });
    for (const topP of [0, 1e-60, 1.1, Number.NaN]) refused({ topP });
    for (const topK of [0, 1.5, -1]) refused({ topK });
    refused({ minP: -0.1 });
    refused({ repeatPenalty: 0 });
    refused({ frequencyPenalty: 2.1 });
    refused({ penaltyWindow: -1 });
    refused({ logitBias: new Map([[10, 1]]) });
    refused({ logitBias: new Map([[1, 101]]) });
    refused({ seed: -1n });
    refused({ seed: 2n ** 64n });
    checkParameters({ seed: 2n ** 64n - 1n, temperature: 0, topP: 1, minP: 0 }, 10);
  });

  test('logits that are infinite or NaN, also after the bias', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const run of [
        () => draw(Float32Array.of(1, bad), {}),
        () => logProbabilities(Float32Array.of(bad)),
      ])
        assert.throws(run, (error) => isCoded(error, 'RUN_NOT_FINITE'));
    }
    const huge = Float32Array.of(3.4e38, 1);
    const parameters = { seed: 0n, repeatPenalty: 0.5 };
    assert.throws(
      () => sample({ logits: huge, before: [0], parameters }),
      (error) => isCoded(error, 'RUN_NOT_FINITE'),
    );
  });
});

test('log probabilities belong to probabilities that add up to one', () =>
  forAll([fc.nat()], (seed) => {
    const found = logProbabilities(logitsOf(seed, 200));
    const total = found.reduce((sum, value) => sum + Math.exp(value), 0);
    assert.ok(Math.abs(total - 1) < 1e-5 && found.every((value) => value <= 0));
  }));
