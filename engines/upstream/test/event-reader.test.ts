import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, limits, utf8 } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { createEventReader } from '../src/index.ts';

/** Reads bytes that come in these parts. */
function read(...parts: readonly (string | Uint8Array)[]): string[] {
  const reader = createEventReader();
  const found = parts.flatMap((part) => reader.push(typeof part === 'string' ? utf8(part) : part));
  return [...found, ...reader.end()];
}

test('data of events is found, whatever ends their lines', () => {
  for (const end of ['\n', '\r\n', '\r'])
    assert.deepEqual(
      read([`data: a`, 'data:b', '', ': a comment', 'event: x', 'data: c', 'id: 1', '', ''].join(end)),
      ['a\nb', 'c'],
      JSON.stringify(end),
    );
});

test('what has no empty line behind it is an event too; one without data is none', () => {
  assert.deepEqual(read('data: a\n\n\n\ndata:\n\ndata: b'), ['a', 'b']);
  assert.deepEqual(read(''), []);
  assert.deepEqual(read('\ufeffdata: a\n\n'), ['a']);
});

test('however the bytes are parted, the events are the same', () => {
  const part = fc.constantFrom('data: é😀\n', 'data: x', '\n', '\r', '\r\n', ':\n', 'data');
  forAll([fc.array(part), fc.array(fc.nat(200))], (texts, cuts) => {
    const bytes = utf8(texts.join(''));
    const at = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort(
      (a, b) => a - b,
    );
    const parts = at.slice(1).map((end, i) => bytes.slice(at[i], end));
    assert.deepEqual(read(...parts), read(bytes));
  });
});

test('bytes that are no UTF-8 are refused, also at the end', () => {
  const refused = (error: unknown) => isCoded(error, 'UPSTREAM_ANSWER');
  assert.throws(() => read('data: ', Uint8Array.of(0xc3, 0x28)), refused);
  assert.throws(() => read('data: ', Uint8Array.of(0xc3)), refused);
});

test('a line, an event and a stream without end are too much', () => {
  const tooMuch = (error: unknown) => isCoded(error, 'UPSTREAM_LIMIT');
  const most = 'x'.repeat(limits.upstreamEventText - 6);
  assert.equal(read(`data: ${most}`)[0]?.length, most.length);
  assert.throws(() => read(`data: ${most}xxxxxxx`), tooMuch);
  assert.throws(() => read(`data: ${most}\n`, 'data: xxxxxxx\n'), tooMuch);
  const reader = createEventReader();
  const bytes = utf8(`:${'x'.repeat(1_000_000)}\n`);
  assert.throws(() => {
    for (let i = 0; i < 70; i++) reader.push(bytes);
  }, tooMuch);
});
