import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, isCoded, toBase64, toHex, utf8 } from '@isobit/core';
import {
  canonicalNaN,
  checkTensor,
  elementCount,
  joinStrings,
  splitStrings,
  type Tensor,
  tensorFromDocument,
  tensorToDocument,
} from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { anyTensor } from './arbitraries.ts';

const refused = (why: RegExp) => (error: unknown) => {
  assert.ok(isCoded(error, 'TENSOR_INVALID'), String(error));
  assert.match(error.message, why);
  assert.ok(error.message.length < 400);
  return true;
};
const of = (datatype: Tensor['datatype'], hex: string, shape: number[]): Tensor => ({
  name: 'x',
  datatype,
  shape,
  data: fromHex(hex),
});
const isNaNBits: Record<string, (hex: string) => boolean> = {
  FP16: (hex) => (Number.parseInt(hex, 16) & 0x7fff) > 0x7c00,
  FP32: (hex) => (Number.parseInt(hex, 16) & 0x7fffffff) > 0x7f800000,
  FP64: (hex) => (BigInt(`0x${hex}`) & 0x7fffffffffffffffn) > 0x7ff0000000000000n,
};

test('a tensor reads back from its document', () =>
  forAll([anyTensor], (tensor) => {
    const made = canonicalNaN(tensor);
    assert.deepEqual(tensorFromDocument(tensorToDocument(made)), made);
    assert.equal(canonicalNaN(made), made);
  }));

test('canonical NaN changes NaN bits and no others', () =>
  forAll(
    [
      fc.constantFrom('FP16', 'FP32', 'FP64'),
      fc.array(fc.uint8Array({ minLength: 8, maxLength: 8 }), { maxLength: 6 }),
    ],
    (datatype, words) => {
      const width = Number(datatype.slice(2)) / 8;
      // Exponents of all ones come up often enough only when they are made.
      const data = new Uint8Array(
        words.flatMap((word, i) => [
          ...word.slice(8 - width).map((b, at) => (i % 2 && at >= width - 2 ? b | 0x7c : b)),
        ]),
      );
      const made = canonicalNaN({ name: 'x', datatype, shape: [words.length], data }).data;
      for (let at = 0; at < data.length; at += width) {
        const [before, after] = [data, made].map((bytes) => toHex(bytes.slice(at, at + width).reverse())) as [
          string,
          string,
        ];
        if (isNaNBits[datatype]?.(before))
          assert.equal(after, { FP16: '7e00', FP32: '7fc00000', FP64: '7ff8000000000000' }[datatype]);
        else assert.equal(after, before);
      }
    },
    300,
  ));

test('every half-precision number is NaN or stays', () => {
  for (let bits = 0; bits < 2 ** 16; bits++) {
    const data = Uint8Array.of(bits & 255, bits >> 8);
    const isNaN16 = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
    const made = canonicalNaN({ name: 'x', datatype: 'FP16', shape: [1], data }).data;
    assert.equal(toHex(made), isNaN16 ? '007e' : toHex(data));
  }
});

test('NaN in an odd place of a larger buffer is found', () => {
  const data = Uint8Array.from([9, ...fromHex('0100c0ff'), 9]).subarray(1, 5);
  assert.equal(toHex(canonicalNaN({ name: 'x', datatype: 'FP32', shape: [1], data }).data), '0000c07f');
  assert.throws(() => checkTensor({ name: 'x', datatype: 'FP32', shape: [1], data }), refused(/NaN/));
});

test('bytes, shape and datatype must agree', () => {
  assert.throws(() => checkTensor(of('FP32', '00000000', [2])), refused(/8 bytes expected, 4 given/));
  assert.throws(() => checkTensor(of('INT64', '00', [])), refused(/8 bytes expected/));
  assert.throws(() => checkTensor(of('BOOL', '02', [1])), refused(/neither 0 nor 1/));
  assert.ok(checkTensor(of('FP32', '', [3, 0])));
});

test('strings end where the bytes end', () => {
  for (const hex of ['00', '000000', '01000000', '0200000061', 'ffffffff', '000000000000']) {
    assert.throws(() => checkTensor(of('BYTES', hex, [1])), refused(/length-prefixed/), hex);
  }
  assert.throws(() => checkTensor(of('BYTES', '00000000', [2])), refused(/length-prefixed/));
  assert.deepEqual(splitStrings(checkTensor(of('BYTES', '010000006100000000', [2])).data), [
    utf8('a'),
    new Uint8Array(0),
  ]);
});

test('strings read back as they were joined', () =>
  forAll([fc.array(fc.uint8Array({ maxLength: 9 }))], (strings) => {
    assert.deepEqual(splitStrings(joinStrings(strings)), strings);
  }));

test('elements are counted without overflow', () => {
  assert.equal(elementCount([]), 1);
  assert.equal(elementCount([2, 0, 3]), 0);
  assert.equal(elementCount([2 ** 28]), 2 ** 28);
  for (const shape of [
    [2 ** 28 + 1],
    [2 ** 28, 2],
    [2 ** 28, 2, 0],
    [1e18],
    [Number.MAX_VALUE, Number.MAX_VALUE],
  ]) {
    assert.throws(() => elementCount(shape), refused(/no size|more than/));
  }
  for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => elementCount([size]), refused(/no size/));
  assert.throws(() => elementCount(Array(100_000).fill(1)), refused(/100000 dimensions/));
});

test('data has one spelling', () => {
  const document = tensorToDocument(of('UINT8', '00ff', [2]));
  for (const data of ['AP8', 'AP8= ', 'AP9=', 'AP_=', '', '!']) {
    assert.throws(() => tensorFromDocument({ ...document, data }), refused(/base64|expected/), data);
  }
});

test('any change of a document is refused or gives another tensor', () =>
  forAll([anyTensor, fc.nat(), fc.constantFrom(...'AQgw05/+=')], (tensor, at, character) => {
    const document = tensorToDocument(canonicalNaN(tensor));
    if (document.data.length === 0) return;
    const where = at % document.data.length;
    const data = document.data.slice(0, where) + character + document.data.slice(where + 1);
    if (data === document.data) return;
    try {
      assert.notEqual(toBase64(tensorFromDocument({ ...document, data }).data), document.data);
    } catch (error) {
      assert.ok(isCoded(error, 'TENSOR_INVALID'), String(error));
    }
  }));

test('a hostile name is quoted in short and without control characters', () => {
  assert.throws(
    () => checkTensor({ ...of('BOOL', '02', [1]), name: `\u001b[2J${'x'.repeat(10_000)}` }),
    (error) => {
      return refused(/…/)(error) && !(error as Error).message.includes('\u001b');
    },
  );
});
