import assert from 'node:assert/strict';
import { equalBytes, leafHash, utf8, verifyConsistency, verifyInclusion } from '@isobit/core';
import {
  type Checkpoint,
  type FsckReport,
  fsck,
  logKeyDocument,
  openLogKey,
  proveConsistency,
  proveInclusion,
  type ReadTile,
  readCheckpoint,
  tilePath,
} from '@isobit/log';
import { type Evidence, receiptKind } from '@isobit/receipt';

/** A node's log as a stranger reads it: over HTTP, nothing but its public files. */
export interface PublicLog {
  readonly checkpoint: Checkpoint;
  /** Refuses a receipt that is not in the log at the place that its evidence names. */
  holds(evidence: Evidence): Promise<void>;
  /** Refuses a checkpoint whose tree is not the beginning of this log. */
  continues(note: string): Promise<void>;
  audit(earlier: readonly string[]): Promise<FsckReport>;
}

export async function readLog(url: string): Promise<PublicLog> {
  const files = new Map<string, Promise<Uint8Array>>();
  const file = (path: string): Promise<Uint8Array> => {
    const known = files.get(path) ?? get(`${url}/log/${path}`);
    files.set(path, known);
    return known;
  };
  const readTile: ReadTile = (level, index, width) => file(tilePath({ level, index, width }));
  const { checkpoint } = readCheckpoint(await file('checkpoint'));
  const { size, root } = checkpoint;
  return {
    checkpoint,
    async holds({ receipt, log }) {
      const { index } = log as NonNullable<typeof log>;
      const path = await proveInclusion(index, size, readTile);
      const leaf = leafHash(receiptKind.encode(receipt));
      assert.ok(
        verifyInclusion(index, size, leaf, path, root),
        `receipt ${index} is not in a log of ${size}`,
      );
    },
    async continues(note) {
      const earlier = readCheckpoint(utf8(note)).checkpoint;
      const path = await proveConsistency(earlier.size, size, readTile);
      assert.ok(
        verifyConsistency(earlier.size, size, earlier.root, root, path),
        `the log of ${size} does not begin with the tree of ${earlier.size} that was signed`,
      );
    },
    async audit(earlier) {
      const keys = openLogKey(logKeyDocument.decode(await file('key')));
      return fsck({
        read: (path) => file(path).catch(() => undefined),
        keys: [keys.log, keys.typed],
        origin: keys.origin,
        earlier: earlier.map(utf8),
      });
    },
  };
}

async function get(url: string): Promise<Uint8Array> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Refuses two signed checkpoints of one size with different roots. */
export function refuseTwoFaces(notes: Iterable<string>): void {
  const roots = new Map<number, Uint8Array>();
  for (const note of notes) {
    const { size, root } = readCheckpoint(utf8(note)).checkpoint;
    const known = roots.get(size) ?? root;
    assert.ok(equalBytes(known, root), `two checkpoints of ${size} entries were signed`);
    roots.set(size, root);
  }
}
