import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Datatype } from '@isobit/model';
import { joinStrings, type Tensor } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { printAnswer } from '../../src/output/answer.ts';
import { tensorLines } from '../../src/output/tensor-text.ts';
import { capture } from '../capture.ts';

const tensor = (datatype: Datatype, shape: number[], data: ArrayBufferView): Tensor => ({
  name: 't',
  datatype,
  shape,
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});
const floats = (shape: number[], ...values: number[]) => tensor('FP32', shape, Float32Array.from(values));

test('small tensors are shown in full, a row a line', () => {
  assert.deepEqual(tensorLines(floats([2, 2], 1, 0.5, -0, 1e-40)), ['1 0.5', '-0 1e-40']);
  assert.deepEqual(tensorLines(tensor('INT64', [2], BigInt64Array.of(-1n, 2n ** 62n))), [
    '-1 4611686018427387904',
  ]);
  assert.deepEqual(tensorLines(tensor('BOOL', [], Uint8Array.of(1))), ['true']);
  assert.deepEqual(tensorLines(tensor('BYTES', [1], joinStrings([new TextEncoder().encode('é\n')]))), [
    '"é\\n"',
  ]);
  assert.deepEqual(tensorLines(floats([0])), ['(empty)']);
});

test('large ones are shortened, and say so', () => {
  assert.deepEqual(tensorLines(floats([100], ...Array(100).keys())), ['0 1 2 3 4 5 … 98 99  (100 values)']);
});

test('a printed float is the float', () =>
  forAll([fc.float({ noNaN: true })], (value) => {
    assert.ok(Object.is(Math.fround(Number(tensorLines(floats([1], value))[0])), value));
  }));

const printed = (output: Tensor, card: unknown): string => {
  const { terminal, stdout } = capture();
  printAnswer(terminal, [output], { card } as Parameters<typeof printAnswer>[2]);
  return stdout();
};

test('labels of the card name the likeliest answers, row by row', () => {
  const scores = floats([2, 3], 0.1, 0.7, 0.2, 0.5, 0.25, 0.25);
  assert.equal(
    printed(scores, { labels: ['a', 'b', 'c'] })
      .split('\n', 2)
      .join('\n'),
    'b 0.7000  then c 0.2000, a 0.1000\na 0.5000  then b 0.2500, c 0.2500',
  );
});

test('labels that do not fit are left out', () => {
  for (const card of [{ labels: ['a'] }, { labels: [1, 2, 3] }, { labels: 'abc' }, [], null, undefined])
    assert.match(printed(floats([1, 3], 1, 2, 3), card), /^t FP32/);
});
