import { leafHash, type NodeKey, nodeKey, noteKey, utf8 } from '@isobit/core';
import {
  createCosigner,
  createTreeEdge,
  ed25519Signer,
  encodeBundle,
  encodeTile,
  logOrigin,
  type NoteSigner,
  signCheckpoint,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  typedSigner,
  witnessName,
} from '@isobit/log';

/** Keys that every test and vector of this package uses; secrets are constant bytes. */
export const node: NodeKey = nodeKey(new Uint8Array(32).fill(1));
export const origin = logOrigin(node.address);
export const logSigner: NoteSigner = ed25519Signer(origin, noteKey(new Uint8Array(32).fill(2)));
export const eip712Signer: NoteSigner = typedSigner(origin, node);
const otherNode = nodeKey(new Uint8Array(32).fill(3));
export const witness = createCosigner(witnessName(otherNode.address), noteKey(new Uint8Array(32).fill(4)));

export const someEntries = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => utf8(`entry ${i}${'.'.repeat(i % 7)}`));

export interface BuiltLog {
  /** Public files by path, `checkpoint` among them. */
  readonly files: Map<string, Uint8Array>;
  readonly root: Uint8Array;
}

/** The public files of a log, made the plain way. */
export function buildLog(
  entries: readonly Uint8Array[],
  signers: readonly NoteSigner[] = [logSigner, eip712Signer],
): BuiltLog {
  const files = new Map<string, Uint8Array>();
  const edge = createTreeEdge({
    onTile: (level, index, hashes) =>
      files.set(tilePath({ level, index, width: TILE_WIDTH }), encodeTile(hashes)),
  });
  for (const entry of entries) edge.append(leafHash(entry));
  for (let level = 0; level < edge.levels; level++) {
    const hashes = edge.partial(level);
    const index = Math.floor(entries.length / TILE_WIDTH ** (level + 1));
    if (hashes.length > 0) files.set(tilePath({ level, index, width: hashes.length }), encodeTile(hashes));
  }
  for (let index = 0; index * TILE_WIDTH < entries.length; index++) {
    const width = tileWidth('entries', index, entries.length);
    const bundle = encodeBundle(entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width));
    files.set(tilePath({ level: 'entries', index, width }), bundle);
  }
  const root = edge.root();
  files.set('checkpoint', signCheckpoint({ origin, size: entries.length, root, extensions: [] }, signers));
  return { files, root };
}

/** A reader of tiles in a tree of any size that the built log contains. */
export const tileReader =
  (files: Map<string, Uint8Array>, size: number) => async (level: number, index: number, width: number) => {
    const stored = tileWidth(level, index, size);
    const bytes = files.get(tilePath({ level, index, width: stored }));
    if (!bytes) throw new Error(`no tile ${level}/${index}`);
    return bytes.subarray(0, width * 32);
  };

/** Asserts nothing: the predicate for `assert.throws` that compares a coded error's code. */
export const coded = (code: string) => (error: unknown) => (error as { code?: string }).code === code;
