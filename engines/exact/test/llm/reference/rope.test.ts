import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { ropeFrequencies, ropeRow, rotate } from '../../../src/llm/reference/index.ts';
import { createRandom } from '../random.ts';

test('frequencies are the powers of the base, to 10 units of binary64', () =>
  forAll([fc.integer({ min: 1, max: 128 }), fc.constantFrom(1, 10_000, 500_000, 1e7)], (half, base) => {
    const dimensions = 2 * half;
    ropeFrequencies({ dimensions, base, factor: 1 }).forEach((frequency, i) => {
      const wanted = base ** (-(2 * i) / dimensions);
      assert.ok(Math.abs(frequency - wanted) <= wanted * 10 * 2 ** -52);
    });
  }));

test('factor and divisors slow the turning', () => {
  const plain = ropeFrequencies({ dimensions: 4, base: 10_000, factor: 1 });
  assert.equal(plain[0], 1);
  const scaled = ropeFrequencies({ dimensions: 4, base: 10_000, factor: 4 });
  assert.deepEqual(
    scaled,
    plain.map((frequency) => frequency / 4),
  );
  const divided = ropeFrequencies({
    dimensions: 4,
    base: 10_000,
    factor: 1,
    divisors: Float32Array.of(1, 8),
  });
  assert.deepEqual(divided, [plain[0], (plain[1] as number) / 8]);
});

test('the table is within one unit of binary32', () =>
  forAll([fc.nat(2 ** 19 - 1)], (position) => {
    const frequencies = ropeFrequencies({ dimensions: 16, base: 10_000, factor: 1 });
    ropeRow(frequencies, position).forEach(({ cos, sin }, i) => {
      const angle = position * (frequencies[i] as number);
      assert.ok(Math.abs(cos - Math.cos(angle)) <= 2 ** -24 && Math.abs(sin - Math.sin(angle)) <= 2 ** -24);
    });
  }));

test('a turn keeps lengths, leaves the rest, and joins the pairs of its order', () => {
  const row = ropeRow(ropeFrequencies({ dimensions: 4, base: 100, factor: 1 }), 9);
  for (const order of ['adjacent', 'halves'] as const) {
    const head = createRandom(3).floats(6);
    const turned = head.slice();
    rotate(turned, row, order);
    assert.deepEqual(turned.subarray(4), head.subarray(4));
    for (const [a, b] of order === 'adjacent'
      ? [
          [0, 1],
          [2, 3],
        ]
      : [
          [0, 2],
          [1, 3],
        ]) {
      const length = (v: Float32Array) => Math.hypot(v[a as number] as number, v[b as number] as number);
      assert.ok(Math.abs(length(turned) - length(head)) < 1e-6);
    }
    rotate(head, ropeRow([1, 1], 0), order);
    assert.deepEqual(head, createRandom(3).floats(6));
  }
});
