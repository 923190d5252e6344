import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { isCoded } from '@isobit/core';
import { hasMemory64 } from '../../../src/llm/engine/memory/open-memory.ts';
import { createTeam, share, WORDS } from '../../../src/llm/engine/threads/team.ts';
import type { StartThread } from '../../../src/llm/index.ts';
import { decoderFile, type ModelSize } from '../random-model.ts';
import { collect } from '../token-engine-suite.ts';
import { checkedDigests } from './forced.ts';
import { openDecoder } from './open.ts';

const text = (length: number, vocabulary: number): number[] =>
  Array.from({ length }, (_, i) => (i * i * 31 + i * 7) % vocabulary);

test('the cache grows while threads run: the same bits', async () => {
  const size: ModelSize = { width: 64, hidden: 64, heads: 16, groups: 16, headWidth: 128, vocabulary: 50 };
  const file = decoderFile({ architecture: 'qwen2', type: 'F16', size, layers: 3, context: 1_024 });
  const tokens = text(700, 50);
  const found: string[][] = [];
  for (const threads of [1, 2, 3]) {
    await using engine = await openDecoder(file, { threads });
    found.push(await checkedDigests(engine, tokens, 600));
  }
  assert.deepEqual(found[1], found[0]);
  assert.deepEqual(found[2], found[0]);
});

test('addresses of 64 bits: the same bits', {
  skip: !hasMemory64() && 'this host has no 64-bit memories',
}, async () => {
  const file = decoderFile({ architecture: 'qwen3', type: 'Q5_1', layers: 2 });
  const tokens = text(150, 48);
  await using plain = await openDecoder(file);
  const known = await checkedDigests(plain, tokens, 100);
  for (const threads of [1, 2]) {
    await using engine = await openDecoder(file, { threads, addresses: 64 });
    assert.deepEqual(await checkedDigests(engine, tokens, 100), known);
  }
});

test('parts of rows cover each row once, in whole units but for the last', () => {
  for (const threads of [1, 2, 3, 5]) {
    for (const total of [0, 1, 7, 8, 9, 100, 257]) {
      let end = 0;
      for (let thread = 0; thread < threads; thread++) {
        const team = createTeam(new Int32Array(16), thread, threads);
        const [from, to] = share(total, 8, team);
        assert.equal(from, end);
        assert.ok(from % 8 === 0 || from === total);
        end = to;
      }
      assert.equal(end, total);
    }
  }
});

test('parts that are claimed cover each row once, whoever claims', () => {
  for (const total of [0, 1, 8, 50, 999]) {
    const words = new Int32Array(16);
    const teams = [0, 1, 2].map((thread) => createTeam(words, thread, 3));
    const seen = new Array<number>(total).fill(0);
    for (const team of teams) {
      team.claim(1, total, 8, (from, to) => {
        assert.ok(from % 8 === 0 && from < to);
        for (let i = from; i < to; i++) seen[i] = (seen[i] as number) + 1;
      });
    }
    assert.ok(seen.every((count) => count === 1));
  }
});

/** A thread that computes nothing: at the first command it does what `then` says of the control words. */
const idle =
  (then: string): StartThread =>
  ({ memory, control }) => {
    const words = new Int32Array(memory.buffer, control, 16);
    const script = `
      const { workerData: { words, WORDS }, parentPort } = require('node:worker_threads');
      const seen = Atomics.load(words, WORDS.commands);
      parentPort.postMessage('ready');
      Atomics.wait(words, WORDS.commands, seen);
      ${then}
    `;
    const worker = new Worker(script, { eval: true, workerData: { words, WORDS } });
    worker.unref();
    const ready = new Promise<void>((resolve) => worker.once('message', () => resolve()));
    return { ready, stop: () => void worker.terminate() };
  };

describe('a thread that fails', () => {
  test('ends what runs, and nobody waits for it', async () => {
    const startThread = idle('Atomics.store(words, WORDS.failed, 1); Atomics.notify(words, WORDS.passed);');
    const file = decoderFile({ architecture: 'llama', type: 'Q8_0' });
    await using engine = await openDecoder(file, { threads: 2, startThread });
    const request = { prompt: [1, 2], parameters: { seed: 1n }, most: 5 };
    await assert.rejects(collect(engine.generate(request)), (error) => isCoded(error, 'RUN_FAILED'));
    await assert.rejects(collect(engine.generate(request)), (error) => isCoded(error, 'RUN_FAILED'));
  });
});
