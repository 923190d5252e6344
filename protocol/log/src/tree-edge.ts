import { emptyRoot, type Hash, nodeHash } from '@isobit/core';
import { logError } from './errors.ts';
import { hashesAt, TILE_WIDTH } from './tile.ts';

/** The right edge of a growing tree: all that a log keeps in memory of its hashes. */
export interface TreeEdge {
  readonly size: number;
  /** Adds a leaf: one hash of two children on average, and nothing is hashed twice. */
  append(leaf: Hash): void;
  /** Root of the tree so far, in O(log size). */
  root(): Hash;
  /** Hashes of the partial tile of a level, 0 to 255. */
  partial(level: number): readonly Hash[];
  /** Levels that hold at least one hash so far. */
  readonly levels: number;
}

export interface TreeEdgeOptions {
  /** Where to begin: a size and the partial tiles of its levels, as `partial` gave them. */
  readonly from?: { readonly size: number; readonly partials: readonly (readonly Hash[])[] };
  /** Called with each tile as it becomes full. */
  readonly onTile?: (level: number, index: number, hashes: readonly Hash[]) => void;
}

/** @throws CodedError `TILE_INVALID` where `from` has other widths than its size demands */
export function createTreeEdge({ from, onTile }: TreeEdgeOptions = {}): TreeEdge {
  let size = from?.size ?? 0;
  const partials: Hash[][] = (from?.partials ?? []).map((hashes) => [...hashes]);
  /** Perfect subtrees from left to right, heights strictly falling. */
  const edge: { hash: Hash; height: number }[] = [];

  for (let level = Math.max(partials.length, levelsOf(size)) - 1; level >= 0; level--) {
    const hashes = partials[level] ?? [];
    if (hashes.length !== hashesAt(level, size) % TILE_WIDTH) {
      throw logError(
        'TILE_INVALID',
        `level ${level} of a tree of ${size} has no partial tile of ${hashes.length}`,
      );
    }
    for (const hash of hashes) push({ hash, height: level * 8 });
  }

  function push(leaf: { hash: Hash; height: number }, onHash?: (level: number, hash: Hash) => void): void {
    let node = leaf;
    onHash?.(node.height / 8, node.hash);
    for (let last = edge.at(-1); last && last.height === node.height; last = edge.at(-1)) {
      edge.pop();
      node = { hash: nodeHash(last.hash, node.hash), height: node.height + 1 };
      if (node.height % 8 === 0) onHash?.(node.height / 8, node.hash);
    }
    edge.push(node);
  }

  function place(level: number, hash: Hash): void {
    let hashes = partials[level];
    if (!hashes) partials[level] = hashes = [];
    hashes.push(hash);
    if (hashes.length === TILE_WIDTH) {
      partials[level] = [];
      onTile?.(level, size / TILE_WIDTH ** (level + 1) - 1, hashes);
    }
  }

  return {
    get size() {
      return size;
    },
    get levels() {
      return levelsOf(size);
    },
    append(leaf) {
      size++;
      push({ hash: leaf, height: 0 }, place);
    },
    root() {
      const right = edge.at(-1);
      if (!right) return emptyRoot();
      return edge.slice(0, -1).reduceRight((hash, left) => nodeHash(left.hash, hash), right.hash);
    },
    partial: (level) => partials[level] ?? [],
  };
}

/** Levels of tiles that a tree of `size` has: 0 for the empty tree. */
export function levelsOf(size: number): number {
  let levels = 0;
  while (hashesAt(levels, size) > 0) levels++;
  return levels;
}
