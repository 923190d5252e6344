import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { compileHashing, createHashFour, type HashFour } from '../../src/hashing/index.ts';
import { hashingPath, wasmPath } from '../../src/wasm-path.ts';

const PIECE = 16_384;
let hashFour: HashFour;
before(async () => {
  hashFour = createHashFour(compileHashing(await readFile(hashingPath())));
});

const expected = (prefix: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(prefix).update(message).digest());

/** Four messages of so many bytes, no two alike, in shared memory as blocks are. */
function fourOf(length: number, seed: number): Uint8Array[] {
  return [1, 2, 3, 4].map((lane) => {
    const message = new Uint8Array(new SharedArrayBuffer(length));
    let state = seed * 4 + lane;
    for (let i = 0; i < length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      message[i] = state >>> 24;
    }
    return message;
  });
}

describe('four hashes at once', () => {
  test('are those of node:crypto around every border of chunk, padding and piece', () => {
    const borders = [0, 55, 56, 63, 64, 119, 120, 128, PIECE - 9, PIECE - 1, PIECE, PIECE + 55, 3 * PIECE];
    for (const length of borders.flatMap((at) => [at, at + 1])) {
      for (const prefix of [new Uint8Array(), Uint8Array.of(0), new Uint8Array(70).fill(7)]) {
        const messages = fourOf(length, length);
        assert.deepEqual(
          hashFour(prefix, messages),
          messages.map((message) => expected(prefix, message)),
          `${prefix.length} and ${length} bytes`,
        );
      }
    }
  });

  test('are those of node:crypto for any bytes', async () => {
    const some = fc.nat(400).chain((length) => {
      const message = fc.uint8Array({ minLength: length, maxLength: length });
      return fc.tuple(fc.uint8Array({ maxLength: 80 }), fc.tuple(message, message, message, message));
    });
    await forAll([some], ([prefix, messages]) => {
      assert.deepEqual(
        hashFour(prefix, messages),
        messages.map((message) => expected(prefix, message)),
      );
    });
  });

  test('are those of whole blocks, and one bit in one of them changes its hash and no other', () => {
    const prefix = Uint8Array.of(0);
    const blocks = fourOf(2 ** 20, 1);
    const right = blocks.map((block) => expected(prefix, block));
    assert.deepEqual(hashFour(prefix, blocks), right);
    for (const [lane, block] of blocks.entries()) {
      block[block.length - 1] = (block.at(-1) as number) ^ 1;
      const found = hashFour(prefix, blocks);
      assert.deepEqual(found[lane], expected(prefix, block));
      assert.notDeepEqual(found[lane], right[lane]);
      right[lane] = found[lane] as Uint8Array;
      assert.deepEqual(found, right);
    }
  });
});

describe('refused', () => {
  test('another number of messages, and lengths that differ', () => {
    const messages = fourOf(100, 1);
    const [first] = messages as [Uint8Array];
    for (const wrong of [
      [],
      messages.slice(1),
      [...messages, first],
      [first.subarray(1), ...messages.slice(1)],
    ])
      assert.throws(() => hashFour(new Uint8Array(), wrong), RangeError);
  });

  test('another binary, by its digest', async () => {
    const other = await readFile(wasmPath('single'));
    assert.throws(
      () => compileHashing(other),
      (error) => isCoded(error, 'KERNELS_DIGEST'),
    );
  });
});
