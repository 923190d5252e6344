import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isCoded, leafHash, limits, merkleRoot, toHex } from '@isobit/core';
import { blockCount, blockLeaf, blockRange, blockRoot, isBlock, joinLeaves, openLeaves } from '@isobit/model';
import { forAll, propertyRuns, vectors } from '@isobit/testing';
import fc from 'fast-check';
import { type BlockTreeVector, blockTreeVectors, operations } from './block-tree-vectors.ts';

const size = fc.oneof(
  fc.nat(limits.fileBytes),
  fc.nat(20).map((n) => n * limits.blockBytes),
  fc.nat(20),
);
const leaf = fc.uint8Array({ minLength: 32, maxLength: 32 });
const leafList = fc.array(leaf, { minLength: 1, maxLength: 40 });
const { valid, invalid } = vectors<BlockTreeVector>(import.meta.url);

function codeOf(operation: () => unknown): string | undefined {
  try {
    operation();
    return undefined;
  } catch (error) {
    return isCoded(error) ? error.code : String(error);
  }
}

suite('block tree', () => {
  test('blocks cover a file without gap or overlap, all full but the last', () =>
    forAll([size], (bytes) => {
      const count = blockCount(bytes);
      for (const index of [0, 1, count - 2, count - 1].filter((i) => i >= 0 && i < count)) {
        const { start, end } = blockRange(index, bytes);
        assert.equal(start, index * limits.blockBytes);
        assert.equal(end, index === count - 1 ? bytes : start + limits.blockBytes);
        assert.ok(end > start || bytes === 0);
      }
    }));

  test("a block's leaf is a leaf of the one Merkle tree", () =>
    forAll([fc.uint8Array({ maxLength: 300 })], (block) => {
      assert.deepEqual(blockLeaf(block), leafHash(block));
    }));

  test('a leaf list opens against its own root and size, and gives back its leaves', () =>
    forAll([leafList, fc.nat(limits.blockBytes - 1)], (leaves, short) => {
      const bytes = leaves.length * limits.blockBytes - short;
      assert.equal(blockRoot(leaves), toHex(merkleRoot(leaves)));
      assert.deepEqual(openLeaves(joinLeaves(leaves), blockRoot(leaves), bytes), leaves);
    }));

  test('any other list is refused', () =>
    forAll([leafList, fc.nat(), fc.integer({ min: 1, max: 255 })], (leaves, at, change) => {
      const [list, root, bytes] = [joinLeaves(leaves), blockRoot(leaves), leaves.length * limits.blockBytes];
      const spoiled = list.slice();
      const place = at % list.length;
      spoiled[place] = (spoiled[place] as number) ^ change;
      for (const other of [
        spoiled,
        list.subarray(1),
        list.subarray(32),
        new Uint8Array(0),
        joinLeaves([...leaves, leaves[0] as Uint8Array]),
      ]) {
        assert.equal(
          codeOf(() => openLeaves(other, root, bytes)),
          'BLOCK_INVALID',
        );
      }
      assert.equal(
        codeOf(() => openLeaves(list, root, bytes + 1)),
        'BLOCK_INVALID',
      );
    }));

  test('opened leaves are no view on the list: changing that changes nothing', () => {
    const list = new Uint8Array(32).fill(7);
    const [opened] = openLeaves(list, toHex(list), 1);
    list.fill(0);
    assert.equal(opened?.[0], 7);
  });

  test('a block is one of its file only in its place and unchanged', () =>
    forAll(
      [
        fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 50 }), {
          minLength: 1,
          maxLength: 8,
          selector: toHex,
        }),
        fc.nat(),
        fc.nat(),
      ],
      (blocks, at, bit) => {
        const leaves = blocks.map(blockLeaf);
        const index = at % blocks.length;
        const block = blocks[index] as Uint8Array;
        for (const i of blocks.keys()) assert.equal(isBlock(block, i, leaves), i === index);
        assert.equal(isBlock(block, blocks.length, leaves), false);
        const changed = block.slice();
        changed[bit % block.length] = (changed[bit % block.length] as number) ^ (1 << (bit % 8));
        assert.equal(isBlock(changed, index, leaves), false);
      },
      propertyRuns(50),
    ));
});

suite('block-tree vectors', () => {
  for (const { name, value } of valid) {
    test(`valid: ${name}`, () => assert.deepEqual(operations[value.kind](value), value.expected));
  }

  for (const { name, value } of invalid) {
    test(`invalid: ${name}`, () =>
      assert.equal(
        codeOf(() => operations[value.kind](value)),
        value.error,
      ));
  }

  test('the committed files are those that the generator makes', () => {
    const committed = [
      ...valid.map((v) => [`valid/${v.name}`, v.value]),
      ...invalid.map((v) => [`invalid/${v.name}`, v.value]),
    ];
    assert.deepEqual(new Map(committed as [string, unknown][]), new Map([...blockTreeVectors()].sort()));
  });
});
