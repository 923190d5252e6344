import { fromBase64, fromUtf8, type Hash, toBase64, utf8 } from '@isobit/core';
import { decodeBundle } from '@isobit/log';
import { logStoreError } from './errors.ts';

/**
 * Entries that were made durable together. The checkpoint that covers them is not kept: its signatures follow from
 * the entries and the keys, bit for bit (Ed25519; RFC 6979), so that it is signed while the entries are written.
 */
export interface Group {
  /** Index of the first entry. */
  readonly first: number;
  readonly entries: readonly Uint8Array[];
}

/** All that a log needs of what came before. */
export interface Snapshot {
  readonly origin: string;
  readonly size: number;
  /** Bytes of the signed checkpoint of `size`. */
  readonly note: Uint8Array;
  /** Entries of the partial bundle. */
  readonly tail: readonly Uint8Array[];
  /** Hashes of the partial tile of each level from 1. */
  readonly upper: readonly (readonly Hash[])[];
}

/** `first u64 ‖ count u32 ‖ entries with 16-bit lengths`. */
export function encodeGroup({ first, entries }: Group): Uint8Array {
  const body = new Uint8Array(12 + entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  const view = new DataView(body.buffer);
  view.setBigUint64(0, BigInt(first));
  view.setUint32(8, entries.length);
  let at = 12;
  for (const entry of entries) {
    view.setUint16(at, entry.length);
    body.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return body;
}

export function decodeGroup(body: Uint8Array): Group {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return {
    first: Number(view.getBigUint64(0)),
    entries: decodeBundle(body.subarray(12), view.getUint32(8)),
  };
}

const FORMAT = 'isobit/log-tail/2';
export function encodeSnapshot({ origin, size, note, tail, upper }: Snapshot): Uint8Array {
  const text = JSON.stringify({
    format: FORMAT,
    origin,
    size,
    note: toBase64(note),
    tail: tail.map(toBase64),
    upper: upper.map((hashes) => hashes.map(toBase64)),
  });
  return utf8(text);
}

interface Stored {
  readonly format: string;
  readonly origin: string;
  readonly size: number;
  readonly note: string;
  readonly tail: readonly string[];
  readonly upper: readonly (readonly string[])[];
}

/** The body is under a checksum, so only its format can be unexpected. @throws CodedError `LOG_CORRUPT` */
export function decodeSnapshot(body: Uint8Array): Snapshot {
  const { format, origin, size, note, tail, upper } = JSON.parse(fromUtf8(body)) as Stored;
  if (format !== FORMAT)
    throw logStoreError(
      'LOG_CORRUPT',
      `this log was written by another version of Isobit (${format}): use that one`,
    );
  return {
    origin,
    size,
    note: fromBase64(note),
    tail: tail.map(fromBase64),
    upper: upper.map((hashes) => hashes.map(fromBase64)),
  };
}
