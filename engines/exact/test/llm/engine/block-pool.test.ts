import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { BLOCK, type Block, BlockPool } from '../../../src/llm/engine/cache/block-pool.ts';

const text = (blocks: number, which = 0): number[] =>
  Array.from({ length: blocks * BLOCK }, (_, i) => (i < BLOCK ? i : i + which));

function create(capacity: number, room = capacity) {
  const cleared: number[] = [];
  let placed = 0;
  const pool = new BlockPool({
    capacity,
    place: () => (placed < room ? ++placed * 1_000 : undefined),
    clear: (address) => cleared.push(address),
  });
  /** Computes the blocks of a text as a sequence does. */
  const compute = (tokens: readonly number[]): Block[] => {
    const blocks = pool.find(tokens);
    while (blocks.length * BLOCK < tokens.length) {
      const block = pool.take();
      blocks.push(block);
      pool.filled(block, blocks.at(-2), tokens, blocks.length * BLOCK);
    }
    return blocks;
  };
  return { pool, cleared, compute };
}

test('the beginning of a text is found, whole blocks of it', () => {
  const { pool, compute } = create(8);
  const blocks = compute(text(3));
  pool.release(blocks);
  assert.deepEqual(pool.find(text(3)), blocks);
  assert.deepEqual(pool.find(text(3).slice(0, -1)), blocks.slice(0, 2));
  assert.deepEqual(pool.find([...text(3), 5, 6]), blocks);
  assert.deepEqual(pool.find(text(3, 1)), blocks.slice(0, 1));
  assert.deepEqual(pool.find(text(3).with(0, 99)), []);
  assert.deepEqual(pool.find(text(1).slice(0, 10)), []);
});

test('what follows another beginning is not taken for the same', () => {
  const { pool, compute } = create(8);
  const [first, second] = [text(1), text(1).with(3, 77)];
  const end = text(1).map((token) => token + 5);
  compute([...first, ...end]);
  assert.equal(pool.find([...second, ...end]).length, 0);
  const other = compute([...second, ...end]);
  assert.notDeepEqual(other, pool.find([...first, ...end]));
});

test('two that compute the same at once: one is kept, and both go on', () => {
  const { pool } = create(4);
  const tokens = text(2);
  const [a, b] = [pool.take(), pool.take()];
  pool.filled(a, undefined, tokens, BLOCK);
  pool.filled(b, undefined, tokens, BLOCK);
  const [c, d] = [pool.take(), pool.take()];
  pool.filled(c, b, tokens, 2 * BLOCK);
  pool.filled(d, a, tokens, 2 * BLOCK);
  pool.release([b, c]);
  pool.release([a, d]);
  assert.deepEqual(pool.find(tokens), [a, c]);
});

test('the one that was not used for longest makes room, never one that is in use', () => {
  const { pool, compute } = create(4);
  pool.release(compute(text(1)));
  const held = compute(text(1, 0).map((token) => token + 1));
  pool.release(compute(text(1).map((token) => token + 2)));
  pool.release(pool.find(text(1)));
  pool.release(compute(text(2).map((token) => token + 3)));
  assert.equal(pool.find(text(1).map((token) => token + 2)).length, 0);
  assert.deepEqual(pool.find(text(1).map((token) => token + 1)), held);
});

test('the end of a text makes room before its beginning', () => {
  const { pool, compute } = create(3);
  pool.release(compute(text(3)));
  pool.take();
  assert.equal(pool.find(text(3)).length, 2);
});

test('each block taken is made fit for other positions', () => {
  const { pool, cleared } = create(2);
  const block = pool.take();
  pool.release([block]);
  pool.take();
  assert.deepEqual(cleared, [block.address, block.address]);
});

describe('refused', () => {
  test('a block more than there is memory for', () => {
    const { pool } = create(4, 2);
    const blocks = [pool.take(), pool.take()];
    assert.throws(
      () => pool.take(),
      (error) => isCoded(error, 'RUN_MEMORY'),
    );
    pool.release(blocks);
    assert.ok(pool.take());
  });
});

test('whatever is computed and left: blocks in use are told apart, and what is found is what was computed', () =>
  forAll(
    [fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 }), fc.nat(2)), { maxLength: 40 })],
    (moves) => {
      const { pool, compute } = create(9);
      const held: { blocks: Block[]; key: string }[] = [];
      const content = new Map<number, string>();
      for (const [which, blocks, keep] of moves) {
        const tokens = text(blocks, which);
        if (held.length > keep) pool.release((held.shift() as { blocks: Block[] }).blocks);
        const known = pool.find(tokens);
        known.forEach((block, i) => {
          assert.equal(content.get(block.address), String(tokens.slice(0, (i + 1) * BLOCK)));
        });
        pool.release(known);
        const made = compute(tokens);
        made.forEach((block, i) => {
          const here = String(tokens.slice(0, (i + 1) * BLOCK));
          for (const other of held) {
            const at = other.blocks.indexOf(block);
            if (at >= 0) assert.equal(other.key.slice(0, here.length), here);
          }
          content.set(block.address, here);
        });
        held.push({ blocks: made, key: String(tokens) });
      }
    },
  ));
