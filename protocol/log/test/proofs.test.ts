import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Hash, leafHash, merkleRoot, verifyConsistency, verifyInclusion } from '@isobit/core';
import { createTreeEdge, growTile, proveConsistency, proveInclusion, rootOfTiles } from '@isobit/log';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { buildLog, coded, someEntries, tileReader } from './build-log.ts';

const SIZE = 66_000; // three levels of tiles
const entries = someEntries(SIZE);
const leaves = entries.map(leafHash);
const { files } = buildLog(entries);
const read = tileReader(files, SIZE);

/** Sizes near the edges of tiles, and any other. */
const size = fc.oneof(
  fc.constantFrom(1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792, SIZE),
  fc.integer({ min: 1, max: SIZE }),
);
const roots = new Map<number, Hash>();
const rootOf = (size: number): Hash => {
  const root = roots.get(size) ?? merkleRoot(leaves.slice(0, size));
  roots.set(size, root);
  return root;
};

test('property: roots from tiles equal roots from leaves', () =>
  forAll(
    [size],
    async (size) => assert.deepEqual(await rootOfTiles(size, read), rootOf(size)),
    propertyRuns(20),
  ));

test('property: inclusion proofs from tiles verify, and for no other entry or size', () =>
  forAll(
    [size, fc.nat(SIZE)],
    async (size, n) => {
      const index = n % size;
      const path = await proveInclusion(index, size, read);
      const leaf = leaves[index] as Hash;
      assert.equal(verifyInclusion(index, size, leaf, path, rootOf(size)), true);
      if (size > 1) assert.equal(verifyInclusion((index + 1) % size, size, leaf, path, rootOf(size)), false);
      assert.equal(verifyInclusion(index, size, leafHash(leaf), path, rootOf(size)), false);
    },
    propertyRuns(20),
  ));

test('property: consistency proofs from tiles verify, and not from another root', () =>
  forAll(
    [size, size],
    async (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const proof = await proveConsistency(from, to, read);
      assert.equal(verifyConsistency(from, to, rootOf(from), rootOf(to), proof), true);
      assert.equal(verifyConsistency(from, to, leafHash(rootOf(from)), rootOf(to), proof), false);
    },
    propertyRuns(20),
  ));

test('property: proofs of a log that grows are those of its tiles, whatever was proved before', () =>
  forAll(
    [fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 12 }), fc.nat()],
    async (steps, n) => {
      let size = 0;
      let tile = new Uint8Array(0);
      for (const step of steps) {
        size = Math.min(255, size + step);
        const wider = new Uint8Array(size * 32);
        leaves.slice(0, size).forEach((leaf, i) => {
          wider.set(leaf, i * 32);
        });
        growTile(tile, wider);
        tile = wider;
        const index = n % size;
        const path = await proveInclusion(index, size, async () => tile);
        assert.equal(verifyInclusion(index, size, leaves[index] as Hash, path, rootOf(size)), true);
        assert.deepEqual(await rootOfTiles(size, async () => tile), rootOf(size));
      }
    },
    propertyRuns(50),
  ));

test('a tile that is too short, and an entry outside the tree, are refused', async () => {
  const short = async (level: number, index: number, width: number) =>
    (await read(level, index, width)).subarray(32);
  await assert.rejects(proveInclusion(0, 300, short), coded('TILE_INVALID'));
  await assert.rejects(proveInclusion(300, 300, read), coded('MERKLE_RANGE'));
  await assert.rejects(proveConsistency(301, 300, read), coded('MERKLE_RANGE'));
});

test('property: an edge continued from its partial tiles grows as the whole', () =>
  forAll(
    [size, fc.integer({ min: 1, max: 600 })],
    (size, more) => {
      const at = Math.max(0, size - more);
      const whole = createTreeEdge();
      for (const leaf of leaves.slice(0, at)) whole.append(leaf);
      const partials = Array.from({ length: whole.levels }, (_, level) => whole.partial(level));
      const made: string[] = [];
      const continued = createTreeEdge({
        from: { size: at, partials },
        onTile: (level, index) => made.push(`${level}/${index}`),
      });
      for (const leaf of leaves.slice(at, size)) continued.append(leaf);
      assert.deepEqual(continued.root(), rootOf(size));
      const full = Math.floor(size / 256) - Math.floor(at / 256);
      assert.equal(made.filter((tile) => tile.startsWith('0/')).length, full);
    },
    propertyRuns(20),
  ));

test('an edge refuses partial tiles of another size', () => {
  assert.throws(
    () => createTreeEdge({ from: { size: 2, partials: [[new Uint8Array(32)]] } }),
    coded('TILE_INVALID'),
  );
  assert.throws(() => createTreeEdge({ from: { size: 256, partials: [[]] } }), coded('TILE_INVALID'));
});
