import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalBytes, fromBase64, fromHex, fromUtf8, isHex32, toBase64, toHex, u64, utf8 } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';

const bytes = fc.uint8Array({ maxLength: 300 });

test('hex and base64 read back what they wrote', () =>
  forAll([bytes], (value) => {
    assert.deepEqual(fromHex(toHex(value)), value);
    assert.deepEqual(fromBase64(toBase64(value)), value);
  }));

test('base64 and hex write a view of a larger buffer', () => {
  const view = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
  assert.equal(toHex(view), '0102');
  assert.equal(toBase64(view), 'AQI=');
});

test('no other spelling of bytes is read', () =>
  forAll([fc.string({ maxLength: 12 })], (text) => {
    for (const [read, write] of [
      [fromHex, toHex],
      [fromBase64, toBase64],
    ] as const) {
      let value: Uint8Array;
      try {
        value = read(text);
      } catch (error) {
        assert.ok(error instanceof RangeError || error instanceof SyntaxError);
        continue;
      }
      assert.equal(write(value), text);
    }
  }));

test('hex refuses capitals, prefixes, odd lengths and white space', () => {
  for (const text of ['AB', '0x00', '0', '00 ', '0g', '00\n'])
    assert.throws(() => fromHex(text), RangeError, text);
});

test('base64 refuses white space, missing padding, spare bits and the alphabet of URLs', () => {
  for (const text of ['AA', 'AAA', 'AB==', 'AA== ', 'A A=', '-_==', '====', 'AAAA====', 'A']) {
    assert.throws(() => fromBase64(text), SyntaxError, text);
  }
});

test('a 32-byte value has one spelling', () => {
  assert.ok(isHex32('0'.repeat(64)));
  for (const value of [
    '0'.repeat(63),
    '0'.repeat(66),
    'A'.repeat(64),
    `${'0'.repeat(64)}\n`,
    0,
    null,
    undefined,
  ]) {
    assert.ok(!isHex32(value));
  }
});

test('UTF-8 is read strictly and keeps a byte-order mark', () => {
  assert.equal(fromUtf8(utf8('\ufeffé😀')), '\ufeffé😀');
  for (const hex of ['ff', 'c0af', 'eda080', 'e282'])
    assert.throws(() => fromUtf8(fromHex(hex)), TypeError, hex);
});

test('bytes are equal when all of them are', () =>
  forAll([bytes, fc.nat(299)], (value, at) => {
    assert.ok(equalBytes(value, value.slice()));
    assert.ok(!equalBytes(value, Uint8Array.of(...value, 0)));
    if (at >= value.length) return;
    const other = value.slice();
    other[at] = (other[at] as number) ^ 1;
    assert.ok(!equalBytes(value, other));
  }));

test('u64 is big-endian', () => {
  assert.equal(toHex(u64(2 ** 53 - 1)), '001fffffffffffff');
  assert.equal(toHex(u64(2n ** 64n - 1n)), 'ffffffffffffffff');
});

test('base64 is the same where the runtime has no Buffer', async () => {
  const host = globalThis.Buffer;
  let browser: typeof import('@isobit/core');
  try {
    Reflect.deleteProperty(globalThis, 'Buffer');
    browser = (await import(`${import.meta.resolve('../src/bytes.ts')}?browser`)) as typeof browser;
  } finally {
    globalThis.Buffer = host;
  }
  assert.notEqual(browser.toBase64, toBase64);
  await forAll([bytes], (value) => {
    assert.equal(browser.toBase64(value), toBase64(value));
    assert.deepEqual(browser.fromBase64(toBase64(value)), value);
  });
  assert.equal(browser.toBase64(new Uint8Array(100_000)), toBase64(new Uint8Array(100_000)));
  for (const text of ['AB==', 'AA', ' AA==', '-_==', '!'])
    assert.throws(() => browser.fromBase64(text), SyntaxError, text);
});
