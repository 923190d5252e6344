import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import {
  createTokenEngine,
  type EngineOptions,
  openGguf,
  rangesOf,
  streamed,
} from '../../../src/llm/index.ts';
import { readGguf } from '../../../src/llm/reference/index.ts';
import { unreadable, unsuitable } from '../hostile-gguf.ts';
import { decoderFile } from '../random-model.ts';
import { collect } from '../token-engine-suite.ts';
import { kernels, openDecoder } from './open.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);
const file = decoderFile({ architecture: 'llama', type: 'Q8_0', layers: 2 });

/** A model whose reads are seen. */
function watched(bytes: Uint8Array) {
  const model = streamed(readGguf(bytes));
  const reads: { name: string; from: number; to: number }[] = [];
  return {
    reads,
    model: {
      ...model,
      read(name: string, from: number, to: number, signal?: AbortSignal) {
        reads.push({ name, from, to });
        return model.read(name, from, to, signal);
      },
    },
  };
}

const open = (options: Partial<EngineOptions>) =>
  createTokenEngine({ model: streamed(readGguf(file)), kernels, ...options });

test('every tensor is read once, whole, in the order of the file, in pieces of a mebibyte', async () => {
  const size = { width: 256, hidden: 8_192, heads: 4, groups: 4, headWidth: 64, vocabulary: 300 };
  const large = decoderFile({ architecture: 'llama', type: 'F32', size });
  const { model, reads } = watched(large);
  await using _ = await open({ model });
  const { tensors } = readGguf(large);
  const order = [...tensors.values()].sort((a, b) => a.offset - b.offset).map(({ name }) => name);
  assert.deepEqual([...new Set(reads.map(({ name }) => name))], order);
  for (const { name, bytes } of tensors.values()) {
    let end = 0;
    for (const { from, to } of reads.filter((read) => read.name === name)) {
      assert.equal(from, end);
      assert.ok(to - from <= 1024 * 1024);
      end = to;
    }
    assert.equal(end, bytes);
  }
});

test('from a file that is read in ranges', async () => {
  const request = { prompt: [1, 2], parameters: { seed: 1n }, most: 5 };
  await using whole = await openDecoder(file);
  await using ranges = await open({ model: await openGguf(rangesOf(file)) });
  assert.deepEqual(await collect(ranges.generate(request)), await collect(whole.generate(request)));
});

describe('refused before a weight is read', () => {
  for (const [name, [what, expected, bytes]] of Object.entries(unsuitable)) {
    if (expected === 'MODEL_WEIGHTS') continue;
    test(`${name}: ${what}`, async () => {
      const { model, reads } = watched(bytes);
      await assert.rejects(open({ model }), code(expected));
      assert.equal(reads.length, 0);
    });
  }

  test('a model larger than the memory that it may have', async () => {
    const { model, reads } = watched(file);
    await assert.rejects(open({ model, memoryBytes: 100_000 }), code('RUN_MEMORY'));
    assert.equal(reads.length, 0);
  });

  test('a model beyond every memory, whatever its header says of the file', async () => {
    const { model, reads } = watched(file);
    const tensors = new Map(
      [...model.tensors].map(([name, tensor]) => [name, { ...tensor, bytes: tensor.bytes * 2 ** 33 }]),
    );
    await assert.rejects(
      open({ model: { ...model, tensors } }),
      (error) => isCoded(error, 'MODEL_TOO_LARGE') || isCoded(error, 'RUN_MEMORY'),
    );
    assert.equal(reads.length, 0);
  });

  test('threads that no host has', () => assert.rejects(open({ threads: 0 }), RangeError));
});

describe('refused while it loads', () => {
  for (const [name, [what, expected, bytes]] of Object.entries(unsuitable)) {
    if (expected !== 'MODEL_WEIGHTS') continue;
    test(`${name}: ${what}`, async () => assert.rejects(openDecoder(bytes), code(expected)));
  }

  test('by a caller who aborts', async () => {
    const { model } = watched(file);
    const stop = new AbortController();
    const read = (name: string, from: number, to: number) => {
      stop.abort();
      return model.read(name, from, to);
    };
    await assert.rejects(open({ model: { ...model, read }, signal: stop.signal }), code('RUN_ABORTED'));
  });

  test('by a source that fails, with its own error', async () => {
    const read = () => Promise.reject(new RangeError('gone'));
    await assert.rejects(open({ model: { ...streamed(readGguf(file)), read } }), RangeError);
  });

  test('by kernels that are not this version, or that are absent', async () => {
    await assert.rejects(
      open({
        kernels: async (build) => (await kernels(build)).subarray(1),
        threads: 2,
        startThread: undefined as never,
      }),
      code('KERNELS_DIGEST'),
    );
  });
});

test('hostile files are refused by their headers alone', async () => {
  for (const [name, [, expected, bytes]] of Object.entries(unreadable))
    await assert.rejects(openGguf(rangesOf(bytes)), code(expected), name);
});

describe('threads', () => {
  test('that do not start: the engine is unavailable', async () => {
    const startThread = () => ({ ready: Promise.reject(new Error('no more')), stop: () => undefined });
    await assert.rejects(open({ threads: 3, startThread }), code('ENGINE_UNAVAILABLE'));
  });
});
