import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ModelSource } from '@isobit/exact';
import { ggufPaths, modelId } from '@isobit/model';

/**
 * Names for the files of models in several: llama.cpp finds the others beside the first by their names, and a store
 * has names of its own.
 */
export interface LinkedParts extends AsyncDisposable {
  /** Where the links are, each model's in a folder of its own; there is none before it is needed. */
  readonly folder: string;
  /** The same source, whose files lie side by side under the names that the manifest has for them. */
  of(source: ModelSource): ModelSource;
}

export function createLinkedParts(): LinkedParts {
  const folder = join(realpathSync(tmpdir()), `isobit-parts-${randomUUID()}`);
  return {
    folder,
    of(source) {
      const { manifest } = source;
      const parts = ggufPaths(manifest.entry);
      if (parts.length === 1) return source;
      return {
        ...source,
        async locate(path) {
          const file = await source.locate?.(path);
          if (file === undefined || !parts.includes(path)) return file;
          const link = join(folder, modelId(manifest), basename(path));
          await mkdir(dirname(link), { recursive: true });
          await rm(link, { force: true });
          await symlink(file, link);
          return link;
        },
      };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
