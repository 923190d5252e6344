import { concatBytes, type Hash, limits } from '@isobit/core';
import { logError } from './errors.ts';

/** Hashes of a full tile, and entries of a full bundle. */
export const TILE_WIDTH = 256;
export const HASH_BYTES = 32;

/** Which tile: `entries` stands for the bundle of entries, beside level 0. */
export interface TileCoordinate {
  /** 0 to 63. */
  readonly level: number | 'entries';
  /** From 0. */
  readonly index: number;
  /** 1 to 256; less than 256 is a partial tile. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]` (c2sp tlog-tiles). */
export function tilePath({ level, index, width }: TileCoordinate): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const name = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Strict inverse of `tilePath`, or undefined for every other path. */
export function parseTilePath(path: string): TileCoordinate | undefined {
  const match = path.length <= 64 ? PATH.exec(path) : null;
  if (!match) return undefined;
  const level = match[1] === 'entries' ? 'entries' : Number(match[1]);
  const index = Number((match[2] as string).replaceAll(/[x/]/g, ''));
  const tile: TileCoordinate = { level, index, width: match[3] ? Number(match[3]) : TILE_WIDTH };
  const canonical =
    Number.isSafeInteger(index) && tile.width <= TILE_WIDTH && (level === 'entries' || level <= 63);
  return canonical && tilePath(tile) === path ? tile : undefined;
}

/** Number of hashes at a level of the tree of `size` entries: `floor(size / 256^level)`. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** Width of a tile in the tree of `size` entries: 0 where it does not exist yet. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const hashes = hashesAt(level === 'entries' ? 0 : level, size);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** @throws CodedError `TILE_INVALID` unless the tile holds exactly `width` hashes */
export function checkTile(bytes: Uint8Array, width: number): void {
  if (bytes.length === width * HASH_BYTES) return;
  throw logError(
    'TILE_INVALID',
    `a tile of width ${width} has ${width * HASH_BYTES} bytes, this one ${bytes.length}`,
  );
}

/** The hashes of a tile, as views of `bytes`. @throws CodedError `TILE_INVALID` as `checkTile` */
export function decodeTile(bytes: Uint8Array, width: number): Hash[] {
  checkTile(bytes, width);
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

export const encodeTile = (hashes: readonly Hash[]): Uint8Array => concatBytes(...hashes);

/**
 * Entries with 16-bit big-endian lengths.
 *
 * @throws CodedError `BUNDLE_INVALID` for an entry over `limits.logEntryBytes` or more than 256 entries
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > TILE_WIDTH)
    throw logError('BUNDLE_INVALID', `${entries.length} entries, a bundle holds ${TILE_WIDTH}`);
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > limits.logEntryBytes) {
      throw logError(
        'BUNDLE_INVALID',
        `an entry of ${entry.length} bytes, at most ${limits.logEntryBytes} fit`,
      );
    }
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 0xff;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/**
 * The entries of a bundle, as views of `bytes`.
 *
 * @param width the number of entries that it must hold, 0 to 256
 * @throws CodedError `BUNDLE_INVALID`
 */
export function decodeBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && entries.length < width) {
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length)
      throw logError('BUNDLE_INVALID', `entry ${entries.length} of the bundle is truncated`);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (entries.length !== width)
    throw logError('BUNDLE_INVALID', `the bundle holds ${entries.length} entries instead of ${width}`);
  if (at !== bytes.length)
    throw logError('BUNDLE_INVALID', `${bytes.length - at} bytes follow the last entry of the bundle`);
  return entries;
}

/** The first `width` hashes or entries of a full tile's bytes; bytes that are too short come back as they are. */
export function beginning(full: Uint8Array, { level, width }: TileCoordinate): Uint8Array {
  if (level !== 'entries') return full.subarray(0, width * HASH_BYTES);
  let end = 0;
  for (let i = 0; i < width; i++) end += 2 + (((full[end] ?? 0) << 8) | (full[end + 1] ?? 0));
  return full.subarray(0, end);
}
