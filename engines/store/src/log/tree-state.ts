import { type Hash, leafHash } from '@isobit/core';
import {
  beginning,
  createTreeEdge,
  decodeBundle,
  encodeBundle,
  encodeTile,
  growTile,
  HASH_BYTES,
  hashesAt,
  type ReadTile,
  TILE_WIDTH,
  type TileCoordinate,
  tilePath,
} from '@isobit/log';
import { logStoreError } from './errors.ts';
import type { FullTiles } from './full-tiles.ts';
import type { Snapshot } from './tail-records.ts';

/** The tree of a log: its right edge in memory, all else in full tiles. It may be ahead of what is durable. */
export interface TreeState {
  readonly size: number;
  /** Adds entries and returns their leaf hashes; tiles that become full go to `tiles`. */
  extend(entries: readonly Uint8Array[]): Hash[];
  root(): Hash;
  readonly readTile: ReadTile;
  /** Bytes of a tile or bundle that a tree of some size up to this one has. */
  read(tile: TileCoordinate): Promise<Uint8Array>;
  entry(index: number): Promise<Uint8Array>;
  snapshot(): Pick<Snapshot, 'size' | 'tail' | 'upper'>;
}

export function createTreeState(
  tiles: FullTiles,
  from: Pick<Snapshot, 'size' | 'tail' | 'upper'>,
): TreeState {
  let tail: Uint8Array[] = [...from.tail];
  /** The newest bytes of each partial tile: proofs of one commit share them, and the hashes above them. */
  const partials = new Map<number, Uint8Array>();
  const edge = createTreeEdge({
    from: { size: from.size, partials: [tail.map(leafHash), ...from.upper] },
    onTile(level, index, hashes) {
      tiles.put(tilePath({ level, index, width: TILE_WIDTH }), encodeTile(hashes));
      partials.delete(level);
      if (level > 0) return;
      tiles.put(tilePath({ level: 'entries', index, width: TILE_WIDTH }), encodeBundle(tail));
      tail = [];
    },
  });

  async function readFull(level: number | 'entries', index: number): Promise<Uint8Array> {
    const path = tilePath({ level, index, width: TILE_WIDTH });
    const bytes = await tiles.read(path);
    if (bytes) return bytes;
    throw logStoreError(
      'LOG_CORRUPT',
      `${path} is gone from the log's folder: restore it from a copy of the log`,
      { path },
    );
  }

  function partialTile(level: number, width: number): Uint8Array {
    const known = partials.get(level);
    if (known?.length === width * HASH_BYTES) return known;
    const bytes = encodeTile(edge.partial(level).slice(0, width));
    if (known && known.length < bytes.length) growTile(known, bytes);
    partials.set(level, bytes);
    return bytes;
  }

  async function read({ level, index, width }: TileCoordinate): Promise<Uint8Array> {
    const edgeIndex = Math.floor(hashesAt(level === 'entries' ? 0 : level, edge.size) / TILE_WIDTH);
    if (index === edgeIndex)
      return level === 'entries' ? encodeBundle(tail.slice(0, width)) : partialTile(level, width);
    const full = await readFull(level, index);
    return width === TILE_WIDTH ? full : beginning(full, { level, index, width });
  }

  return {
    get size() {
      return edge.size;
    },
    extend: (entries) =>
      entries.map((entry) => {
        const leaf = leafHash(entry);
        tail.push(entry); // before the leaf, whose tile may become full and take the tail as its bundle
        edge.append(leaf);
        return leaf;
      }),
    root: () => edge.root(),
    readTile: (level, index, width) => read({ level, index, width }),
    read,
    async entry(index) {
      const bundle = Math.floor(index / TILE_WIDTH);
      const held =
        bundle === Math.floor(edge.size / TILE_WIDTH)
          ? tail
          : decodeBundle(await readFull('entries', bundle), TILE_WIDTH);
      return held[index % TILE_WIDTH] as Uint8Array;
    },
    snapshot: () => ({
      size: edge.size,
      tail,
      upper: Array.from({ length: Math.max(0, edge.levels - 1) }, (_, i) => [...edge.partial(i + 1)]),
    }),
  };
}
