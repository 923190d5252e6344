import { emptyRoot, equalBytes, type Hash } from '@isobit/core';
import { type NoteVerifier, readCheckpoint, verifyNote } from '@isobit/log';
import { logStoreError } from './errors.ts';
import type { FullTiles } from './full-tiles.ts';
import type { LogHead } from './log.ts';
import { decodeGroup, decodeSnapshot, type Snapshot } from './tail-records.ts';
import { createTreeState, type TreeState } from './tree-state.ts';
import type { Recovered } from './write-ahead.ts';

export interface RecoverOptions {
  readonly dir: string;
  readonly origin: string;
  readonly tiles: FullTiles;
  /** What the write-ahead file holds; undefined for a new log. */
  readonly recovered: Recovered | undefined;
  /** The public file `checkpoint`, where there is one. */
  readonly published: Uint8Array | undefined;
  readonly verifiers: readonly NoteVerifier[];
  /** Signs a checkpoint: always the same bytes of the same tree, so what is durable can be signed again. */
  readonly sign: (size: number, root: Hash) => LogHead;
}

/**
 * The state of a log from what is durable: the newest snapshot, then each group that followed it.
 *
 * @throws CodedError `LOG_CORRUPT` rather than sign anything that might contradict what was released
 */
export function recoverLog(options: RecoverOptions): { tree: TreeState; head: LogHead } {
  const { dir, origin, tiles, recovered, published, verifiers, sign } = options;
  const corrupt = (why: string) =>
    logStoreError('LOG_CORRUPT', `the log in ${dir} cannot be used: ${why}`, { dir });

  if (!recovered && published)
    throw corrupt('its public files are there and its state is not: restore both from one copy');
  const snapshot: Snapshot = recovered
    ? decodeSnapshot(recovered.snapshot)
    : { origin, size: 0, note: sign(0, emptyRoot()).note, tail: [], upper: [] };
  if (snapshot.origin !== origin)
    throw corrupt(`it is ${snapshot.origin}, not ${origin}: give it the key that it was made with`);

  const tree = createTreeState(tiles, snapshot);
  const { checkpoint, note } = readCheckpoint(snapshot.note);
  if (checkpoint.size !== tree.size || !equalBytes(checkpoint.root, rootOf(tree)))
    throw corrupt('its entries do not lead to its checkpoint');
  if (verifiers.some((verifier) => !verifyNote(note, [verifier]).ok))
    throw corrupt('its checkpoint is signed by other keys');
  for (const group of (recovered?.groups ?? []).map(decodeGroup)) {
    if (group.first !== tree.size) throw corrupt(`its write-ahead file has no entry ${tree.size}`);
    tree.extend(group.entries);
  }
  const publishedSize = published && readCheckpoint(published).checkpoint.size;
  if (publishedSize !== undefined && publishedSize > tree.size) {
    throw corrupt(`it published ${publishedSize} entries and holds ${tree.size}: its state was rolled back`);
  }
  return { tree, head: sign(tree.size, rootOf(tree)) };
}

const rootOf = (tree: TreeState): Hash => (tree.size === 0 ? emptyRoot() : tree.root());
