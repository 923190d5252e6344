import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTextRequest,
  decimalOf,
  floatBits,
  floatOfBits,
  floatOfDecimal,
  saltOf,
  samplingNumbers,
  seedOfSalt,
} from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { hex32 } from './arbitraries.ts';
import { anySampling, decimal } from './text-arbitraries.ts';
import { smallText } from './vectors/text-request.ts';

/** The float nearest to the double nearest to a decimal, by integers alone. */
function nearestFloat(text: string): number {
  const [whole = '', places = ''] = text.replace('-', '').split('.');
  const scale = 10n ** BigInt(places.length);
  const value = { over: BigInt(whole + places), under: scale };
  const magnitude = nearest(asFraction(nearest(value, 53, -1022)), 24, -126);
  return text.startsWith('-') ? -magnitude : magnitude;
}

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const asFraction = (value: number): Fraction => {
  // Exact: a double times 2^1074 is an integer.
  let over = value;
  let twos = 0;
  while (!Number.isInteger(over)) {
    over *= 2;
    twos++;
  }
  return { over: BigInt(over), under: 1n << BigInt(twos) };
};

/** Nearest number of so many bits, ties to even, no exponent below `least`. */
function nearest({ over, under }: Fraction, bits: number, least: number): number {
  if (over === 0n) return 0;
  let exponent = 20;
  while (exponent > least && over << BigInt(Math.max(0, -exponent)) < under << BigInt(Math.max(0, exponent)))
    exponent--;
  const shift = bits - 1 - exponent;
  const top = shift > 0 ? over << BigInt(shift) : over;
  const bottom = shift < 0 ? under << BigInt(-shift) : under;
  let units = top / bottom;
  const rest = 2n * (top - units * bottom);
  if (rest > bottom || (rest === bottom && units % 2n === 1n)) units++;
  return Number(units) * 2 ** -shift;
}

test('a decimal gives the float nearest to the double nearest to it', () =>
  forAll(
    [decimal],
    (text) =>
      assert.equal(
        floatBits(floatOfDecimal(text)),
        floatBits(nearestFloat(text) || floatOfDecimal(text) * 0),
      ),
    500,
  ));

test('a number gives the shortest decimal that reads back as it', () => {
  for (const [value, expected] of [
    [0.7, '0.7'],
    [1, '1'],
    [-2, '-2'],
    [0, '0'],
    [-0, '0'],
    [0.1 + 0.2, '0.3'],
    [1e-7, '0.0000001'],
    [1e-16, '0.0000000000000001'],
    [1e-17, '0'],
    [-1e-17, '0'],
    [9999.5, '9999.5'],
    [1e4, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ] as const)
    assert.equal(decimalOf(value), expected, String(value));
});

test('a float that a client sends keeps its bits through the document', () =>
  forAll([fc.float({ min: -1000, max: 1000, noNaN: true })], (value) => {
    const text = decimalOf(value);
    assert.ok(text !== undefined);
    if (Math.abs(value) >= 2 ** -20) assert.equal(floatOfDecimal(text), value);
    else assert.ok(Math.abs(floatOfDecimal(text) - value) <= 1e-16);
    assert.ok(createTextRequest({ ...asked, sampling: { temperature: text } }));
  }));

const { model, profile, prompt, maxTokens } = smallText;
const asked = { model, profile, prompt, maxTokens, salt: saltOf(smallText) };

test('bits of a float read back', () =>
  forAll([fc.float({ noNaN: true })], (value) => assert.ok(Object.is(floatOfBits(floatBits(value)), value))));

test('every float of the numbers is a binary32, and what is absent stays so', () =>
  forAll([anySampling, hex32], (sampling, salt) => {
    const numbers = samplingNumbers(sampling, salt);
    assert.deepEqual(Object.keys(numbers).sort(), [...new Set([...Object.keys(sampling), 'seed'])].sort());
    for (const value of [...Object.values(numbers), ...(numbers.logitBias?.values() ?? [])])
      if (typeof value === 'number' && !Number.isInteger(value)) assert.equal(Math.fround(value), value);
    assert.equal(numbers.seed, sampling.seed === undefined ? seedOfSalt(salt) : BigInt(sampling.seed));
    assert.equal(numbers.logitBias?.size, sampling.logitBias && Object.keys(sampling.logitBias).length);
  }));

test('without sampling there is only the seed, and another salt gives another', () => {
  const [a, b] = ['00', '01'].map((byte) => byte.repeat(32)) as [string, string];
  assert.deepEqual(samplingNumbers(undefined, a), { seed: seedOfSalt(a) });
  assert.notEqual(seedOfSalt(a), seedOfSalt(b));
  assert.ok(seedOfSalt(a) < 2n ** 64n);
});
