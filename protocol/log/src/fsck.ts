import { equalBytes, type Hash, leafHash, toHex } from '@isobit/core';
import type { Checkpoint } from './checkpoint.ts';
import { checkCheckpoint, type FsckTrust } from './fsck-checkpoint.ts';
import type { Finding, FindingCode } from './fsck-findings.ts';
import {
  beginning,
  decodeBundle,
  decodeTile,
  hashesAt,
  TILE_WIDTH,
  type TileCoordinate,
  tilePath,
  tileWidth,
} from './tile.ts';
import { createTreeEdge, levelsOf } from './tree-edge.ts';

/** Reads one public file of a log; undefined where it does not exist. What it throws ends the audit. */
export type ReadPublic = (path: string, signal?: AbortSignal) => Promise<Uint8Array | undefined>;

export interface FsckOptions extends FsckTrust {
  readonly read: ReadPublic;
  /** The application's check of an entry: undefined, or why it is refused. */
  readonly entry?: (bytes: Uint8Array, index: number) => string | undefined;
  /** Checkpoints of this log seen earlier: each must be a prefix of it. */
  readonly earlier?: readonly Uint8Array[];
  readonly progress?: (entries: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** After so many findings the audit stops; 100 by default. */
  readonly maxFindings?: number;
}

export interface FsckReport {
  /** True when the audit went to the end and found nothing. */
  readonly ok: boolean;
  /** False when it stopped early: too many findings, or no checkpoint to audit against. */
  readonly complete: boolean;
  readonly checkpoint: Checkpoint | undefined;
  /** Known witnesses that cosigned it. */
  readonly cosigned: readonly string[];
  readonly entries: number;
  readonly tiles: number;
  readonly findings: readonly Finding[];
}

/** Bundles (and their tiles) that are read ahead of the one being hashed. */
const READ_AHEAD = 8;

/**
 * Audits a log from its public files alone (specs/log.md section 8): signatures, every entry, every tile of
 * every level, the root, earlier checkpoints. Constant memory; time is linear in the size.
 *
 * @throws what `read` throws, and the reason of `signal`
 */
export async function fsck(options: FsckOptions): Promise<FsckReport> {
  const { read, signal, maxFindings = 100 } = options;
  const findings: Finding[] = [];
  let entries = 0;
  let tiles = 0;
  const find = (code: FindingCode, message: string, at: Omit<Finding, 'code' | 'message'> = {}) =>
    findings.push({ code, ...at, message });

  const bytes = await read('checkpoint', signal);
  if (!bytes) find('CHECKPOINT_MISSING', 'the log has no file "checkpoint"', { path: 'checkpoint' });
  const checked = bytes && checkCheckpoint(bytes, options);
  findings.push(...(checked?.findings ?? []));
  const checkpoint = checked?.checkpoint;
  const report = (complete: boolean): FsckReport => ({
    ok: complete && findings.length === 0,
    complete,
    checkpoint,
    cosigned: checked?.cosigned ?? [],
    entries,
    tiles,
    findings: findings.slice(0, maxFindings),
  });
  if (!checkpoint) return report(false);
  const { size } = checkpoint;
  const earlier = earlierBySize(options, checkpoint, find);

  /** Full tiles that the tree above level 0 has made, waiting to be compared. */
  const pending: { level: number; index: number; hashes: readonly Hash[] }[] = [];
  const edge = createTreeEdge({
    onTile: (level, index, hashes) => level > 0 && pending.push({ level, index, hashes }),
  });
  /** False once both an entry bundle and its hashes are missing: the tree above them cannot be computed. */
  let whole = true;

  const compareTile = async (level: number, index: number, hashes: readonly Hash[]): Promise<void> => {
    const path = tilePath({ level, index, width: hashes.length });
    const tile = readHashes(
      await readFile(read, { level, index, width: hashes.length }, signal),
      hashes.length,
      path,
      find,
    );
    tiles++;
    const slot = tile ? hashes.findIndex((hash, i) => !equalBytes(hash, tile[i] as Hash)) : -1;
    if (slot >= 0)
      find('TILE_MISMATCH', `hash ${slot} of ${path} is not that of the tile below it`, { path, slot });
  };
  const compareEarlier = (): void => {
    for (const root of earlier.get(edge.size) ?? []) {
      if (!equalBytes(root, edge.root())) {
        find(
          'EARLIER_INCONSISTENT',
          `the checkpoint of ${edge.size} entries seen earlier has another root: the log was rewritten or shows two faces`,
        );
      }
    }
  };

  compareEarlier();
  for await (const { index, width, bundle, tile } of readLeaves(read, size, signal)) {
    signal?.throwIfAborted();
    const first = index * TILE_WIDTH;
    const bundlePath = tilePath({ level: 'entries', index, width });
    const path = tilePath({ level: 0, index, width });
    const found = readEntries(bundle, width, bundlePath, find);
    const listed = readHashes(tile, width, path, find);
    tiles++;
    const computed = found?.map(leafHash);
    for (const [i, entry] of (found ?? []).entries()) {
      const refused = options.entry?.(entry, first + i);
      if (refused !== undefined)
        find('ENTRY_REFUSED', `entry ${first + i}: ${refused}`, { path: bundlePath, entry: first + i });
      if (listed && !equalBytes(listed[i] as Hash, (computed as Hash[])[i] as Hash)) {
        find('ENTRY_MISMATCH', `entry ${first + i} in ${bundlePath} does not hash to its hash in ${path}`, {
          path: bundlePath,
          entry: first + i,
          slot: i,
        });
      }
    }
    entries += found?.length ?? 0;
    const leaves = listed ?? computed;
    if (!leaves) whole = false;
    for (const leaf of whole && leaves ? leaves : []) {
      edge.append(leaf);
      if (earlier.has(edge.size)) compareEarlier();
    }
    for (const full of pending.splice(0)) await compareTile(full.level, full.index, full.hashes);
    options.progress?.(Math.min(first + width, size), size);
    if (findings.length >= maxFindings) return report(false);
  }
  if (!whole)
    find('ROOT_UNKNOWN', 'the root cannot be computed, because entries and their hashes are missing');
  else {
    for (let level = 1; level < levelsOf(size); level++) {
      const hashes = edge.partial(level);
      if (hashes.length > 0) await compareTile(level, Math.floor(hashesAt(level, size) / TILE_WIDTH), hashes);
    }
    const root = edge.root();
    if (!equalBytes(root, checkpoint.root)) {
      find(
        'ROOT_MISMATCH',
        `the tree of ${size} entries has root ${toHex(root)}, the checkpoint says ${toHex(checkpoint.root)}`,
      );
    }
  }
  return report(true);
}

type Find = (code: FindingCode, message: string, at?: Omit<Finding, 'code' | 'message'>) => void;

/**
 * Reads a tile or bundle; a log may drop a partial one as soon as the full one is there, so a partial one that
 * is missing is read as the beginning of the full one.
 */
async function readFile(
  read: ReadPublic,
  tile: TileCoordinate,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const bytes = await read(tilePath(tile), signal);
  if (bytes || tile.width === TILE_WIDTH) return bytes;
  const full = await read(tilePath({ ...tile, width: TILE_WIDTH }), signal);
  return full && beginning(full, tile);
}

function readEntries(
  bundle: Uint8Array | undefined,
  width: number,
  path: string,
  find: Find,
): Uint8Array[] | undefined {
  if (!bundle) find('BUNDLE_MISSING', `${path} is not there`, { path });
  try {
    return bundle && decodeBundle(bundle, width);
  } catch (error) {
    find('BUNDLE_MALFORMED', `${path}: ${(error as Error).message}`, { path });
    return undefined;
  }
}

function readHashes(
  tile: Uint8Array | undefined,
  width: number,
  path: string,
  find: Find,
): Hash[] | undefined {
  if (!tile) find('TILE_MISSING', `${path} is not there`, { path });
  try {
    return tile && decodeTile(tile, width);
  } catch (error) {
    find('TILE_MALFORMED', `${path}: ${(error as Error).message}`, { path });
    return undefined;
  }
}

/** Roots of the earlier checkpoints by size; those that cannot count become findings. */
function earlierBySize(options: FsckOptions, now: Checkpoint, find: Find): Map<number, Hash[]> {
  const bySize = new Map<number, Hash[]>();
  for (const bytes of options.earlier ?? []) {
    const { checkpoint, findings } = checkCheckpoint(bytes, {
      keys: options.keys,
      origin: options.origin ?? now.origin,
    });
    const [problem] = findings;
    if (!checkpoint || problem) {
      find('EARLIER_UNSIGNED', `a checkpoint given as seen earlier does not count: ${problem?.message}`);
    } else if (checkpoint.size > now.size) {
      find('EARLIER_LARGER', `the log had ${checkpoint.size} entries and has ${now.size} now`);
    } else bySize.set(checkpoint.size, [...(bySize.get(checkpoint.size) ?? []), checkpoint.root]);
  }
  return bySize;
}

interface Leaves {
  readonly index: number;
  readonly width: number;
  readonly bundle: Uint8Array | undefined;
  readonly tile: Uint8Array | undefined;
}

/** Bundles with their level-0 tiles in order, `READ_AHEAD` of them on their way. */
async function* readLeaves(
  read: ReadPublic,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Leaves> {
  const start = async (index: number): Promise<Leaves> => {
    const width = tileWidth(0, index, size);
    const [bundle, tile] = await Promise.all([
      readFile(read, { level: 'entries', index, width }, signal),
      readFile(read, { level: 0, index, width }, signal),
    ]);
    return { index, width, bundle, tile };
  };
  const ahead: Promise<Leaves>[] = [];
  const total = Math.ceil(size / TILE_WIDTH);
  for (let next = 0; next < total || ahead.length > 0; ) {
    while (next < total && ahead.length < READ_AHEAD) {
      const started = start(next++);
      started.catch(() => {}); // awaited below; a failure of a later one must not be unhandled meanwhile
      ahead.push(started);
    }
    yield await (ahead.shift() as Promise<Leaves>);
  }
}
