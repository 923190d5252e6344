import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { attend, softCap } from '../../../src/llm/reference/index.ts';
import { createRandom } from '../random.ts';

const WIDTH = 8;

function sequence(seed: number, length: number) {
  const random = createRandom(seed);
  const keys = Array.from({ length }, () => random.floats(WIDTH, 2));
  const values = Array.from({ length }, () => random.floats(WIDTH));
  return {
    query: random.floats(WIDTH, 3),
    key: (t: number) => keys[t] as Float32Array,
    value: (t: number) => values[t] as Float32Array,
  };
}

/** Attention in binary64, as a book has it. */
function yardstick(options: Parameters<typeof attend>[0]): number[] {
  const { query, key, value, first, last, cap } = options;
  const positions = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const weights = positions.map((t) => {
    const score = key(t).reduce((sum, k, d) => sum + k * (query[d] as number), 0) / Math.sqrt(WIDTH);
    return Math.exp(cap === undefined ? score : softCap(score, cap));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: WIDTH }, (_, d) =>
    positions.reduce((sum, t, i) => sum + ((weights[i] as number) * (value(t)[d] as number)) / total, 0),
  );
}

test('is near the attention of a book, whatever is visible', () =>
  forAll([fc.nat(), fc.nat(200), fc.nat(200), fc.boolean()], (seed, a, b, capped) => {
    const [first, last] = [Math.min(a, b), Math.max(a, b)];
    const options = { ...sequence(seed, last + 1), first, last, ...(capped ? { cap: 5 } : {}) };
    const wanted = yardstick(options);
    attend(options).forEach((value, d) => {
      assert.ok(Math.abs(value - (wanted[d] as number)) < 2e-6);
    });
  }));

test('one visible position gives its value', () => {
  const options = sequence(1, 100);
  assert.deepEqual(attend({ ...options, first: 77, last: 77 }), options.value(77));
});

test('what is not visible is not read', () => {
  const options = sequence(1, 150);
  const guarded = (of: (t: number) => Float32Array) => (t: number) => {
    assert.ok(t >= 70 && t <= 130, `read position ${t}`);
    return of(t);
  };
  attend({ ...options, key: guarded(options.key), value: guarded(options.value), first: 70, last: 130 });
});

test('a NaN among the visible keys reaches every output', () => {
  const options = sequence(1, 150);
  const bad = new Float32Array(WIDTH).fill(Number.NaN);
  const key = (t: number) => (t === 3 ? bad : options.key(t));
  assert.ok(attend({ ...options, key, first: 0, last: 149 }).every(Number.isNaN));
  assert.ok(attend({ ...options, key, first: 4, last: 149 }).every(Number.isFinite));
});
