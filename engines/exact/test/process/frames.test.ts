import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { createFrameReader, type Frame, writeFrame } from '../../src/process/frames.ts';
import { packTensors, unpackTensors } from '../../src/process/messages.ts';

function written(frames: readonly Frame[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  const sink = {
    write: (chunk: Uint8Array) => chunks.push(chunk),
    cork: () => undefined,
    uncork: () => undefined,
  };
  for (const { header, body } of frames) writeFrame(sink, header, [body]);
  return concatBytes(...chunks);
}

const reader = (maxBytes = 1_000_000) => {
  const frames: Frame[] = [];
  return { frames, read: createFrameReader({ maxBytes, onFrame: (frame) => frames.push(frame) }) };
};

test('messages come out as they went in, however the bytes are cut', () =>
  forAll(
    [
      fc.array(
        fc.record({
          header: fc.jsonValue({ noNegativeZero: true } as never),
          body: fc.uint8Array({ maxLength: 300 }),
        }),
        { maxLength: 5 },
      ),
      fc.integer({ min: 1, max: 64 }),
    ],
    (frames, cut) => {
      const { frames: got, read } = reader();
      const bytes = written(frames as Frame[]);
      for (let at = 0; at < bytes.length; at += cut) read(bytes.subarray(at, at + cut));
      assert.deepEqual(
        got.map(({ header, body }) => ({ header, body: [...body] })),
        frames.map(({ header, body }) => ({
          header: JSON.parse(JSON.stringify(header)) as unknown,
          body: [...body],
        })),
      );
    },
  ));

test('a large body is not copied into one write, and comes out whole', () => {
  const body = new Uint8Array(200_000).map((_, i) => i % 251);
  const { frames, read } = reader();
  read(written([{ header: { a: 1 }, body }]));
  assert.deepEqual(frames, [{ header: { a: 1 }, body }]);
});

test('a length above the limit and a header that is no JSON end the stream', () => {
  assert.throws(() => reader(10).read(written([{ header: {}, body: new Uint8Array(11) }])), RangeError);
  assert.throws(() => reader().read(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7b)), SyntaxError);
});

test('tensors lie at multiples of eight', () => {
  const tensors = [1, 8, 0, 5].map((size, i) => ({
    name: `t${i}`,
    datatype: 'UINT8' as const,
    shape: [size],
    data: new Uint8Array(size).fill(i),
  }));
  const { headers, parts } = packTensors(tensors);
  const body = concatBytes(...parts);
  assert.deepEqual(unpackTensors(headers, body), tensors);
  assert.ok(unpackTensors(headers, body).every(({ data }) => data.byteOffset % 8 === 0));
});
