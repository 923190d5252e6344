import { join } from 'node:path';
import { hashesAt, levelsOf, TILE_WIDTH, type TileCoordinate, tilePath } from '@isobit/log';
import { writeWhole } from './durable-files.ts';
import type { FullTiles } from './full-tiles.ts';

/** Files by path that make the folder a complete static copy of the log at one size. */
export interface Publication {
  readonly size: number;
  /** Written last, when all that they promise is there. */
  readonly checkpoints: ReadonlyMap<string, Uint8Array>;
  readonly partials: ReadonlyMap<string, Uint8Array>;
}

/** The partial tiles and the partial bundle of the tree of `size`. */
export function partialTiles(size: number): TileCoordinate[] {
  const tiles: TileCoordinate[] = [];
  for (let level = 0; level < levelsOf(size); level++) {
    const hashes = hashesAt(level, size);
    const at = { index: Math.floor(hashes / TILE_WIDTH), width: hashes % TILE_WIDTH };
    if (at.width === 0) continue;
    tiles.push({ level, ...at });
    if (level === 0) tiles.push({ level: 'entries', ...at });
  }
  return tiles;
}

/** Takes the state to publish at this moment; its tiles are read before anything else happens. */
export async function takePublication(
  size: number,
  checkpoints: ReadonlyMap<string, Uint8Array>,
  read: (tile: TileCoordinate) => Promise<Uint8Array>,
): Promise<Publication> {
  const tiles = partialTiles(size);
  const bytes = await Promise.all(tiles.map(read));
  return {
    size,
    checkpoints,
    partials: new Map(tiles.map((tile, i) => [tilePath(tile), bytes[i] as Uint8Array])),
  };
}

/** Writes a publication. None of it needs to be durable: the next open writes it again from what is. */
export async function writePublication(
  publication: Publication,
  dir: string,
  scratch: string,
  tiles: FullTiles,
): Promise<void> {
  await tiles.written();
  for (const files of [publication.partials, publication.checkpoints]) {
    await Promise.all([...files].map(([path, bytes]) => writeWhole(join(dir, path), bytes, scratch, false)));
  }
}

/** Runs `work` at most once in `intervalMs`, soon after it is asked for; never twice at a time. */
export interface Pacer {
  /** Asks for a run, now or when the interval is over. */
  request(): void;
  /** Runs at once, after a run in progress. */
  now(): Promise<void>;
  /** No run begins after it; resolves when the one in progress is over. */
  close(): Promise<void>;
}

export function createPacer(
  intervalMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Pacer {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let last = Number.NEGATIVE_INFINITY;
  let closed = false;

  function run(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    const next = running.then(work);
    running = next.catch(() => {});
    return next;
  }

  return {
    request() {
      if (closed || timer) return;
      timer = setTimeout(() => run().catch(onError), Math.max(0, last + intervalMs - performance.now()));
      timer.unref();
    },
    now: run,
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
