import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { bfloatToFloat, bitsOf, floatToHalf, halfToFloat } from '../../../src/llm/reference/index.ts';
import { add, div, mul, nearestInteger, sqrt } from '../../../src/llm/reference/math/f32.ts';
import { hexFloat } from '../../../src/llm/reference/math/hex-float.ts';

test('every binary16 is a binary32 and comes back', () => {
  for (let half = 0; half < 0x10000; half++) {
    const value = halfToFloat(half);
    const notANumber = (half & 0x7fff) > 0x7c00;
    assert.equal(Number.isNaN(value), notANumber);
    assert.equal(floatToHalf(value), notANumber ? 0x7e00 : half);
  }
});

test('a binary32 goes to the nearest binary16, of two to the even one', () => {
  for (let half = 0; half < 0x7bff; half++) {
    const [low, high] = [halfToFloat(half), halfToFloat(half + 1)];
    const middle = (low + high) / 2;
    const nudge = (high - low) / 4096;
    assert.equal(floatToHalf(middle), half + (half & 1));
    assert.equal(floatToHalf(middle - nudge), half);
    assert.equal(floatToHalf(middle + nudge), half + 1);
    assert.equal(floatToHalf(-middle), (half + (half & 1)) | 0x8000);
  }
  assert.equal(floatToHalf(65520), 0x7c00);
  assert.equal(floatToHalf(Math.fround(65519.99)), 0x7bff);
});

test('a bfloat16 is the upper half of a binary32', () => {
  assert.equal(bfloatToFloat(0x3f80), 1);
  assert.equal(bfloatToFloat(0xc049), -3.140625);
});

test('square roots are correctly rounded', () =>
  forAll([fc.float({ min: 0, noNaN: true, noDefaultInfinity: true })], (x) => {
    const root = sqrt(x);
    const bits = bitsOf(root);
    // Middles between binary32 neighbours have 25 digits, so their squares are exact as binary64 or BigInt ratios.
    if (x < 2 ** -100 || x > 2 ** 100) return;
    const above = (root + next(bits, 1)) / 2;
    const below = (root + next(bits, -1)) / 2;
    assert.ok(below * below <= x && x <= above * above);
  }));

const view = new DataView(new ArrayBuffer(4));
function next(bits: number, step: number): number {
  view.setUint32(0, bits + step);
  return view.getFloat32(0);
}

test('basic operations keep subnormals and round ties to even', () => {
  assert.equal(mul(Math.fround(1e-30), Math.fround(1e-10)), Math.fround(1e-40));
  assert.equal(add(1, 2 ** -24), 1);
  assert.equal(add(1 + 2 ** -23, 2 ** -24), 1 + 2 ** -22);
  assert.equal(div(2 ** -149, 2), 0);
  assert.equal(div(3 * 2 ** -149, 2), 2 ** -148);
});

test('integers: halves go to the even one', () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, 126.5].map(nearestInteger), [0, 2, 2, 0, -2, 126]);
});

test('hexadecimal floats are read exactly; other spellings are refused', () => {
  assert.equal(hexFloat('0x1p+0'), 1);
  assert.equal(hexFloat('-0x1.8p-1'), -0.75);
  assert.equal(hexFloat('0x1.921fb54442d18p+1'), Math.PI);
  for (const text of ['1.5', '0x2p+0', '0x1.8', '0x1.8p1', '0x1.00000000000000p+0'])
    assert.throws(() => hexFloat(text), RangeError);
});
