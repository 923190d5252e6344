import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createByteCache } from './byte-cache.ts';
import { readIfThere, syncFolder, writeWhole } from './durable-files.ts';

/** The immutable public files of a log: full tiles and full bundles. */
export interface FullTiles {
  /** Takes a file; it can be read at once, and is written behind. */
  put(path: string, bytes: Uint8Array): void;
  /** Undefined where there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Resolves when all that was put is in files. Throws when one could not be written. */
  written(): Promise<void>;
  /** As `written`, and durable. */
  durable(): Promise<void>;
}

export interface FullTilesOptions {
  readonly dir: string;
  readonly scratch: string;
  /** Bytes of files kept in memory after a read. */
  readonly cacheBytes: number;
}

/** Files written at the same time: few, so that the write-ahead file's own sync never waits long. */
const WRITERS = 2;

export function createFullTiles({ dir, scratch, cacheBytes }: FullTilesOptions): FullTiles {
  const pending = new Map<string, Uint8Array>();
  const queue: string[] = [];
  const unsynced = new Set<string>();
  const cache = createByteCache(cacheBytes);
  let running = 0;
  let failure: unknown;
  let idle = Promise.withResolvers<void>();

  async function work(): Promise<void> {
    running++;
    for (let path = queue.shift(); path !== undefined && !failure; path = queue.shift()) {
      const file = join(dir, path);
      try {
        await writeWhole(file, pending.get(path) as Uint8Array, scratch, true);
        for (let folder = dirname(file); folder.length >= dir.length; folder = dirname(folder))
          unsynced.add(folder);
        await rm(`${file}.p`, { recursive: true, force: true });
        pending.delete(path);
      } catch (error) {
        failure = error;
      }
    }
    running--;
    if (running === 0) {
      idle.resolve();
      idle = Promise.withResolvers();
    }
  }

  const written = async (): Promise<void> => {
    while (running > 0) await idle.promise;
    if (failure) throw failure;
  };

  return {
    put(path, bytes) {
      pending.set(path, bytes);
      queue.push(path);
      if (running < WRITERS) void work();
    },
    async read(path) {
      const held = pending.get(path) ?? cache.get(path);
      if (held) return held;
      const bytes = await readIfThere(join(dir, path));
      if (bytes) cache.set(path, bytes);
      return bytes;
    },
    written,
    async durable() {
      await written();
      const folders = [...unsynced];
      unsynced.clear();
      for (const folder of folders) await syncFolder(folder);
    },
  };
}
