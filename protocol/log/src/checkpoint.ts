import { fromBase64, limits, toBase64 } from '@isobit/core';
import { logError } from './errors.ts';
import { type Note, type NoteSigner, parseNote, serializeNote, signNote } from './note.ts';

/** A log's state at one size (c2sp tlog-checkpoint). */
export interface Checkpoint {
  /** The log's identity; see `logOrigin`. */
  readonly origin: string;
  /** Number of entries: 0 to `limits.logSize`. */
  readonly size: number;
  /** RFC 6962 root of the tree of that size: 32 bytes. */
  readonly root: Uint8Array;
  /** Opaque lines after the root. Isobit's logs write none and its readers keep what they find. */
  readonly extensions: readonly string[];
}

const invalid = (why: string) => logError('CHECKPOINT_INVALID', `not a checkpoint: ${why}`);

/** Decimal without leading zeroes, at most `limits.logSize`, or undefined. */
export function parseSize(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const size = Number(text);
  return size <= limits.logSize ? size : undefined;
}

/** The note text of a checkpoint. @throws CodedError `CHECKPOINT_INVALID` for what `parseCheckpoint` would refuse */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  if (!Number.isSafeInteger(size) || size < 0) throw invalid(`size ${size} is not a count`);
  if (root.length !== 32) throw invalid(`a root of ${root.length} bytes`);
  const lines = [origin, String(size), toBase64(root), ...extensions];
  if (lines.some((line) => line === '' || line.includes('\n')))
    throw invalid('a line is empty or holds a newline');
  return lines.map((line) => `${line}\n`).join('');
}

/** Reads the text of a note. @throws CodedError `CHECKPOINT_INVALID` */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw invalid('its text does not end in a newline');
  const [origin, sizeLine, rootLine, ...extensions] = text.slice(0, -1).split('\n');
  if (!origin || sizeLine === undefined || rootLine === undefined) throw invalid('fewer than three lines');
  const size = parseSize(sizeLine);
  if (size === undefined) throw invalid(`"${sizeLine.slice(0, 40)}" is no tree size up to ${limits.logSize}`);
  let root: Uint8Array;
  try {
    root = fromBase64(rootLine);
  } catch {
    throw invalid('its root is not base64');
  }
  if (root.length !== 32) throw invalid(`its root has ${root.length} bytes`);
  if (extensions.some((line) => line === '')) throw invalid('an extension line is empty');
  return { origin, size, root, extensions };
}

/** The bytes that a log publishes: the checkpoint signed by each signer, in order. */
export const signCheckpoint = (checkpoint: Checkpoint, signers: readonly NoteSigner[]): Uint8Array =>
  serializeNote(signNote(formatCheckpoint(checkpoint), signers));

/**
 * Reads a signed checkpoint without judging its signatures: pass `note` to `verifyNote` before believing it.
 *
 * @throws CodedError `NOTE_INVALID`, `CHECKPOINT_INVALID`
 */
export function readCheckpoint(bytes: Uint8Array): { readonly checkpoint: Checkpoint; readonly note: Note } {
  const note = parseNote(bytes);
  return { checkpoint: parseCheckpoint(note.text), note };
}
