import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { readLines } from '../../src/chat/read-lines.ts';

const signal = new AbortController().signal;
const linesOf = (chunks: readonly Uint8Array[]): Promise<string[]> =>
  Array.fromAsync(readLines(Readable.from(chunks), signal));

test('lines are the same however the bytes come', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ') });
  await forAll([fc.array(line), fc.integer({ min: 1, max: 5 })], async (lines, size) => {
    const bytes = new TextEncoder().encode(lines.map((each) => `${each}\n`).join(''));
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    assert.deepEqual(await linesOf(chunks), lines);
  });
});

test('a last line needs no end, and a carriage return is none of the line', async () => {
  assert.deepEqual(await linesOf([Buffer.from('a\r\n\nb')]), ['a', '', 'b']);
  assert.deepEqual(await linesOf([]), []);
});

test('a line without end is refused, and an abort ends the wait', async () => {
  await assert.rejects(linesOf([Buffer.alloc((1 << 20) + 1, 'a')]), { code: 'FILE' });
  const stop = new AbortController();
  const waiting = readLines(new Readable({ read() {} }), stop.signal).next();
  stop.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
});
