import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { readCard } from '../src/judging/card.ts';
import { pictureOf } from '../src/judging/picture.ts';
import { topLabels } from '../src/judging/top-labels.ts';

const tensor = (name: string, shape: number[], ...values: number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape,
  data: new Uint8Array(Float32Array.from(values).buffer),
});

const image = {
  input: 'x',
  width: 2,
  height: 1,
  channels: 1,
  layout: 'NCHW',
  scale: '0.5',
  mean: '1',
  std: '2',
};

test('a picture undoes what the card did to the bytes', () => {
  const rule = readCard({ image }).image;
  assert.ok(rule);
  // byte 4: (4 · 0.5 − 1) / 2 = 0.5; byte 20: (20 · 0.5 − 1) / 2 = 4.5
  const picture = pictureOf([tensor('x', [1, 1, 1, 2], 0.5, 4.5)], rule);
  assert.deepEqual([...(picture?.pixels ?? [])], [4, 4, 4, 255, 20, 20, 20, 255]);
});

test('colours are found in both layouts', () => {
  const rgb = { ...image, channels: 3, scale: '1', mean: '0', std: '1' };
  const pixels = [10, 20, 30, 255, 11, 21, 31, 255];
  const planes = readCard({ image: rgb }).image;
  const mixed = readCard({ image: { ...rgb, layout: 'NHWC' } }).image;
  assert.ok(planes && mixed);
  assert.deepEqual(
    [...(pictureOf([tensor('x', [1, 3, 1, 2], 10, 11, 20, 21, 30, 31)], planes)?.pixels ?? [])],
    pixels,
  );
  assert.deepEqual(
    [...(pictureOf([tensor('x', [1, 1, 2, 3], 10, 20, 30, 11, 21, 31)], mixed)?.pixels ?? [])],
    pixels,
  );
});

test('no picture of an input that is absent, of another type or too short', () => {
  const rule = readCard({ image }).image;
  assert.ok(rule);
  assert.equal(pictureOf([tensor('y', [2], 0, 0)], rule), undefined);
  assert.equal(pictureOf([{ ...tensor('x', [2], 0, 0), datatype: 'INT32' }], rule), undefined);
  assert.equal(pictureOf([tensor('x', [1], 0)], rule), undefined);
});

test('a rule that asks for the absurd is none', () => {
  const absurd = [
    { width: 1e9 },
    { height: 0 },
    { channels: 2 },
    { scale: '0' },
    { scale: 1 },
    { layout: 'CHWN' },
    { mean: '1e' },
  ];
  for (const change of absurd) assert.equal(readCard({ image: { ...image, ...change } }).image, undefined);
});

test('labels: the best first, of the first row of the output that has one score for each', () => {
  const outputs = [tensor('other', [2], 9, 9), tensor('scores', [2, 3], 0.1, 0.7, 0.2, 1, 0, 0)];
  assert.deepEqual(topLabels(outputs, ['a', 'b', 'c']), [
    { label: 'b', score: '0.7' },
    { label: 'c', score: '0.2' },
    { label: 'a', score: '0.1' },
  ]);
  assert.deepEqual(topLabels(outputs, ['a', 'b', 'c', 'd']), []);
  assert.deepEqual(topLabels([tensor('empty', [0, 3])], ['a', 'b', 'c']), []);
});

test('a card may hold anything', async () => {
  await forAll([fc.jsonValue()], (value) => {
    readCard(value);
    readCard({ image: value, labels: value });
  });
});
