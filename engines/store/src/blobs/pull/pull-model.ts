import { limits } from '@isobit/core';
import { type Manifest, modelSize } from '@isobit/model';
import type { PullProgress } from './progress.ts';
import { type PullBlobOptions, type PullResult, pullBlob } from './pull-blob.ts';
import type { Drop } from './source.ts';
import { createSourcePool, isPool } from './source-pool.ts';

export interface PullModelOptions extends Omit<PullBlobOptions, 'root' | 'size'> {
  readonly manifest: Manifest;
}

export interface PullModelResult {
  /** One for each different root, in the manifest's order. */
  readonly files: readonly PullResult[];
  readonly fetched: number;
  readonly dropped: readonly Drop[];
}

const reasonOf = (drop: Drop): string => `${drop.source} ${drop.reason}`;

/**
 * Pulls all files of a model, a few at once. Sources are shared: one that lied about a file is asked for no other.
 *
 * @throws CodedError as `pullBlob`; the files that are whole stay
 */
export async function pullModel({
  manifest,
  sources,
  signal,
  onProgress,
  ...rest
}: PullModelOptions): Promise<PullModelResult> {
  const pool = isPool(sources) ? sources : createSourcePool(sources);
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const sizes = new Map(manifest.files.map(({ root, size }) => [root, size]));
  const progress = mergeProgress(modelSize(manifest), onProgress);
  const waiting = [...sizes];
  const results = new Map<string, PullResult>();

  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const [root, size] = file;
      const copies = manifest.files.filter((each) => each.root === root).length;
      const onFile = (each: PullProgress): void => progress(root, each, copies);
      results.set(
        root,
        await pullBlob({ ...rest, root, size, sources: pool, signal: either, onProgress: onFile }),
      );
    }
  };
  const workers = Array.from({ length: limits.pullFiles }, () =>
    worker().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  // All end before the first error is thrown: no file may be written to after the caller was told.
  await Promise.allSettled(workers);
  if (either.aborted) throw either.reason;

  const files = [...sizes.keys()].map((root) => results.get(root) as PullResult);
  const dropped = new Map(files.flatMap((file) => file.dropped).map((drop) => [reasonOf(drop), drop]));
  return {
    files,
    fetched: files.reduce((sum, file) => sum + file.fetched, 0),
    dropped: [...dropped.values()],
  };
}

/** Adds up the files' progress into the model's. */
function mergeProgress(total: number, onProgress: PullModelOptions['onProgress']) {
  const files = new Map<string, PullProgress & { copies: number }>();
  return (root: string, progress: PullProgress, copies: number): void => {
    files.set(root, { ...progress, copies });
    const all = [...files.values()];
    const sources = new Map<string, number>();
    for (const { name, bytes } of all.flatMap((file) => file.sources))
      sources.set(name, (sources.get(name) ?? 0) + bytes);
    onProgress?.({
      bytes: all.reduce((sum, file) => sum + file.bytes * file.copies, 0),
      total,
      rate: all.reduce((sum, file) => sum + (file.bytes < file.total ? file.rate : 0), 0),
      sources: [...sources].map(([name, bytes]) => ({ name, bytes })),
    });
  };
}
