import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { createDecoder, readGguf } from '../../../src/llm/reference/index.ts';
import { buildGguf } from '../build-gguf.ts';
import { unreadable, unsuitable } from '../hostile-gguf.ts';

test('metadata and tensors are read, and bytes are views', () => {
  const data = Uint8Array.from({ length: 68 }, (_, i) => i);
  const file = buildGguf(
    { name: 'tiny', count: 7, half: { float: 0.5 }, flag: true, words: { strings: ['a', 'ü'] } },
    [
      { name: 'first', type: 'Q8_0', sizes: [32, 2], data },
      { name: 'second', type: 'F32', sizes: [1], data: Uint8Array.of(0, 0, 128, 63) },
    ],
  );
  const gguf = readGguf(file);
  assert.deepEqual(Object.fromEntries(gguf.metadata), {
    name: { type: 'string', value: 'tiny' },
    count: { type: 'integer', value: 7n },
    half: { type: 'float', value: 0.5 },
    flag: { type: 'bool', value: true },
    words: { type: 'array', values: ['a', 'ü'] },
  });
  const first = gguf.tensors.get('first');
  assert.ok(first);
  assert.deepEqual(first.sizes, [32, 2]);
  assert.deepEqual(gguf.bytes('first'), data);
  assert.equal(gguf.bytes('first').buffer, file.buffer);
});

describe('refused by the reader', () => {
  for (const [name, [what, code, file]] of Object.entries(unreadable)) {
    test(`${name}: ${what}`, () => {
      assert.throws(
        () => readGguf(file),
        (error) => isCoded(error, code),
      );
    });
  }
});

describe('read, and refused as a model', () => {
  for (const [name, [what, code, file]] of Object.entries(unsuitable)) {
    test(`${name}: ${what}`, () => {
      const gguf = readGguf(file);
      assert.throws(
        () => createDecoder(gguf),
        (error) => isCoded(error, code),
      );
    });
  }
});

test('every beginning of a file is refused', () => {
  const file = buildGguf({ 'general.architecture': 'llama' }, [
    { name: 'first', type: 'F32', sizes: [8], data: new Uint8Array(32) },
  ]);
  readGguf(file);
  for (let length = 0; length < file.length; length++) {
    assert.throws(
      () => readGguf(file.subarray(0, length)),
      (error) => isCoded(error, 'MODEL_MALFORMED'),
      `${length} bytes`,
    );
  }
});
