import {
  consistencyProof,
  emptyRoot,
  type Hash,
  inclusionProof,
  nodeHash,
  type Subtree,
  sha256,
} from '@isobit/core';
import { checkTile, HASH_BYTES, TILE_WIDTH, tileWidth } from './tile.ts';

/**
 * Reads the hashes of one tile: exactly `width * 32` bytes. `width` is that of the tile in the tree that is
 * proved, so a reader that holds a fuller tile returns its beginning.
 */
export type ReadTile = (level: number, index: number, width: number) => Promise<Uint8Array>;
export type ReadTileSync = (level: number, index: number, width: number) => Uint8Array;

/** A perfect subtree of 2^height leaves: `count` neighbouring hashes in one tile, from `first` on. */
interface Perfect {
  readonly level: number;
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

/** The perfect subtrees that make up leaves [start, end), left to right, heights falling. */
function perfectSubtrees(start: number, end: number): Perfect[] {
  const parts: Perfect[] = [];
  for (let at = start; at < end; ) {
    // Largest power that fits: the ranges of RFC 6962 begin at a multiple of every power they contain.
    let height = 0;
    while (2 ** (height + 1) <= end - at) height++;
    const level = Math.floor(height / 8);
    const position = at / TILE_WIDTH ** level;
    const index = Math.floor(position / TILE_WIDTH);
    parts.push({ level, index, first: position - index * TILE_WIDTH, count: 2 ** (height % 8) });
    at += 2 ** height;
  }
  return parts;
}

/** The hashes of a tile, and the rows of hashes above them as far as proofs have asked. */
interface Rows {
  readonly rows: Uint8Array[];
  /** Those of a narrower tile that this one begins with: what is in them need not be hashed again. */
  readonly before: readonly Uint8Array[];
}

/** Of the tiles that proofs have used; freed with the tile's bytes, which are never changed. */
const rowsAbove = new WeakMap<Uint8Array, Rows>();

/** Says that a tile begins with the bytes of a narrower one, as that of a growing log does at each commit. */
export function growTile(narrow: Uint8Array, wide: Uint8Array): void {
  const known = rowsAbove.get(narrow);
  if (known && !rowsAbove.has(wide)) rowsAbove.set(wide, { rows: [wide], before: known.rows });
}

/** Root over `count` (a power of two) neighbouring hashes of a tile, `first` a multiple of it. */
function perfectRoot(tile: Uint8Array, first: number, count: number): Hash {
  const known = rowsAbove.get(tile) ?? { rows: [tile], before: [] };
  rowsAbove.set(tile, known);
  const { rows, before } = known;
  const row = Math.log2(count);
  while (rows.length <= row) rows.push(rowAbove(rows[rows.length - 1] as Uint8Array, before[rows.length]));
  const at = (first / count) * HASH_BYTES;
  return (rows[row] as Uint8Array).slice(at, at + HASH_BYTES);
}

/** @param beginning what of the row above is known */
function rowAbove(row: Uint8Array, beginning: Uint8Array = NO_HASHES): Uint8Array {
  const above = new Uint8Array(Math.floor(row.length / (2 * HASH_BYTES)) * HASH_BYTES);
  above.set(beginning);
  const node = new Uint8Array(1 + 2 * HASH_BYTES);
  node[0] = 1; // the prefix of a node, RFC 6962 section 2.1
  for (let at = beginning.length; at < above.length; at += HASH_BYTES) {
    node.set(row.subarray(2 * at, 2 * at + 2 * HASH_BYTES), 1);
    above.set(sha256(node), at);
  }
  return above;
}

const NO_HASHES = new Uint8Array(0);

/** Hashes of the subtrees of a tree of `size` entries from its tiles: plugs into the proofs of `@isobit/core`. */
export function tileSubtree(size: number, read: ReadTileSync): Subtree {
  return (start, end) => {
    if (start === end) return emptyRoot();
    const parts = perfectSubtrees(start, end).map(({ level, index, first, count }) => {
      const width = tileWidth(level, index, size);
      const tile = read(level, index, width);
      checkTile(tile, width);
      return perfectRoot(tile, first, count);
    });
    return parts.reduceRight((right, left) => nodeHash(left, right));
  };
}

/** Runs `prove` once to learn which tiles it reads, fetches them at the same time, and runs it on their bytes. */
async function withTiles<T>(size: number, readTile: ReadTile, prove: (subtree: Subtree) => T): Promise<T> {
  const wanted = new Map<string, [number, number]>();
  prove((start, end) => {
    for (const { level, index } of perfectSubtrees(start, end))
      wanted.set(`${level}/${index}`, [level, index]);
    return NOTHING;
  });
  const tiles = new Map(
    await Promise.all(
      [...wanted].map(
        async ([name, [level, index]]) =>
          [name, await readTile(level, index, tileWidth(level, index, size))] as const,
      ),
    ),
  );
  return prove(tileSubtree(size, (level, index) => tiles.get(`${level}/${index}`) as Uint8Array));
}

const NOTHING = new Uint8Array(HASH_BYTES);

/**
 * Audit path of entry `index` in the tree of `size`, lowest sibling first.
 *
 * @throws CodedError `MERKLE_RANGE` unless 0 <= index < size; `TILE_INVALID` for a tile of another length
 */
export const proveInclusion = (index: number, size: number, readTile: ReadTile): Promise<Hash[]> =>
  withTiles(size, readTile, (subtree) => inclusionProof(index, size, subtree));

/** Proof that the tree of `from` entries is a prefix of that of `to`. Errors as `proveInclusion`, for 0 <= from <= to. */
export const proveConsistency = (from: number, to: number, readTile: ReadTile): Promise<Hash[]> =>
  withTiles(to, readTile, (subtree) => consistencyProof(from, to, subtree));

/** Root of the tree of `size` from its tiles. */
export const rootOfTiles = (size: number, readTile: ReadTile): Promise<Hash> =>
  withTiles(size, readTile, (subtree) => subtree(0, size));
