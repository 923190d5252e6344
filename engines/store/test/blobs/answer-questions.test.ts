import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { compileHashing, createHashFour } from '@isobit/kernels/hashing';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { blockLeaf } from '@isobit/model';
import { tempDir } from '@isobit/testing';
import {
  type Answer,
  answerQuestions,
  type HashThreadData,
} from '../../src/blobs/hashing/answer-questions.ts';
import { hashingModule } from '../../src/blobs/hashing/hashing-module.ts';
import { collect, noise, shared } from './bytes.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const NEVER = 0;

/** Hashes nothing: it marks what was hashed together, by its number. */
function markFours() {
  return (_: Uint8Array, blocks: readonly Uint8Array[]) => blocks.map(() => Uint8Array.of(blocks.length));
}

/** The same, in no time that would be worth it. */
function markSlowly() {
  return (_: Uint8Array, blocks: readonly Uint8Array[]) => {
    for (const end = performance.now() + 5; performance.now() < end; );
    return blocks.map(() => Uint8Array.of(blocks.length));
  };
}

function refuse(): never {
  throw new RangeError('no memory');
}

const blocksOf = (sizes: readonly number[]): Promise<Uint8Array[]> =>
  Promise.all(sizes.map(async (size, i) => shared(await collect(noise(size, i + 1)))));

/** The leaves of blocks that all wait when the thread begins. */
async function answersOf(
  blocks: readonly Uint8Array[],
  create: (module: WebAssembly.Module) => unknown,
  fast = ALWAYS,
): Promise<Uint8Array[]> {
  const workerData: HashThreadData = { module: hashingModule(), fast };
  assert.ok(workerData.module);
  const thread = new Worker(`(${answerQuestions})(${create})`, { eval: true, workerData });
  try {
    for (const [id, block] of blocks.entries()) thread.postMessage({ id, block });
    const leaves: Uint8Array[] = [];
    for (let answers = 0; answers < blocks.length; answers++) {
      const [{ id, leaf }] = (await once(thread, 'message')) as [Answer];
      leaves[id] = leaf;
    }
    return leaves;
  } finally {
    await thread.terminate();
  }
}

suite('a thread that hashes', () => {
  test('gives the leaves of blocks of all lengths, and of a changed block another', async () => {
    const blocks = await blocksOf([
      2 ** 20,
      2 ** 20,
      9,
      2 ** 20,
      2 ** 20,
      2 ** 20,
      0,
      70_001,
      2 ** 20,
      2 ** 20,
    ]);
    const right = blocks.map(blockLeaf);
    assert.deepEqual(await answersOf(blocks, createHashFour), right);
    const [, changed] = blocks as [Uint8Array, Uint8Array];
    changed[77] = (changed[77] as number) ^ 1;
    const found = await answersOf(blocks, createHashFour);
    assert.deepEqual(
      found.map((leaf, i) => Buffer.compare(leaf, right[i] as Uint8Array) === 0),
      blocks.map((block) => block !== changed),
    );
  });

  test('hashes four of one length together, three as well, and fewer one by one', async () => {
    const blocks = await blocksOf([5, 5, 5, 5, 5, 5, 5, 6, 6]);
    const found = await answersOf(blocks, markFours);
    assert.deepEqual(found.slice(0, 7), new Array(7).fill(Uint8Array.of(4)));
    assert.deepEqual(found.slice(7), blocks.slice(7).map(blockLeaf));
  });

  test('leaves all to node:crypto where that is fast, or there is no memory', async () => {
    const blocks = await blocksOf([5, 5, 5, 5]);
    assert.deepEqual(await answersOf(blocks, markFours, NEVER), blocks.map(blockLeaf));
    assert.deepEqual(await answersOf(blocks, refuse), blocks.map(blockLeaf));
  });

  test('leaves the rest to node:crypto where fours are slower once they are warm', async () => {
    const blocks = await blocksOf(new Array(70).fill(5));
    const found = await answersOf(blocks, markSlowly);
    assert.deepEqual(found.slice(0, 60), new Array(60).fill(Uint8Array.of(4)));
    assert.deepEqual(found.slice(60), blocks.slice(60).map(blockLeaf));
  });

  test('starts from no binary but this version’s', (t) => {
    assert.throws(() => compileHashing(new Uint8Array(8)), { code: 'KERNELS_DIGEST' });
    assert.equal(hashingModule(wasmPath('single')), undefined);
    assert.equal(hashingModule(`${tempDir(t)}/absent.wasm`), undefined);
  });
});
