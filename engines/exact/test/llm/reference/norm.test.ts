import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { layerNorm, rmsNorm, sum, unitLength } from '../../../src/llm/reference/index.ts';
import { createRandom } from '../random.ts';

const values = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.nat())
  .map(([length, seed]) => createRandom(seed).floats(length, 4));
const exact = (list: Float32Array): number => list.reduce((total, value) => total + value, 0);

test('a sum is near the exact one, and exact for integers', () =>
  forAll([values], (list) => {
    assert.ok(Math.abs(sum(list) - exact(list)) < 1e-4);
    const integers = list.map(Math.round);
    assert.equal(sum(integers), exact(integers));
  }));

test('a sum takes lanes of 32, folded by halves', () => {
  const list = new Float32Array(64);
  // 1 and 2^-24 in one lane: the small one is lost. In two lanes folded last it is lost too, unless it meets its like.
  list[0] = 1;
  list[32] = 2 ** -24;
  assert.equal(sum(list), 1);
  list[32] = 0;
  list[1] = 2 ** -24;
  list[3] = 2 ** -24;
  assert.equal(sum(list), 1 + 2 ** -23);
});

test('RMSNorm gives a root mean square of one', () =>
  forAll([values], (list) => {
    const found = rmsNorm(list, new Float32Array(list.length).fill(1), 0);
    if (list.every((value) => value === 0)) return;
    const mean = exact(found.map((value) => value * value)) / list.length;
    assert.ok(Math.abs(mean - 1) < 1e-5);
  }));

test('LayerNorm gives the bias as mean', () => {
  const list = createRandom(4).floats(100, 3);
  const found = layerNorm(list, new Float32Array(100).fill(2), new Float32Array(100).fill(5), 1e-12);
  assert.ok(Math.abs(exact(found) / 100 - 5) < 1e-5);
  assert.ok(Math.abs(exact(found.map((value) => (value - 5) ** 2)) / 100 - 4) < 1e-4);
});

test('unit length is one, and zeros stay', () => {
  assert.ok(Math.abs(exact(unitLength(createRandom(1).floats(50)).map((value) => value * value)) - 1) < 1e-6);
  assert.deepEqual(unitLength(new Float32Array(3)), new Float32Array(3));
});
