import { limits } from '@isobit/core';
import type { BlobStore } from '../blob-store.ts';
import { fetchLeaves } from './fetch-leaves.ts';
import { createMeter, type PullProgress } from './progress.ts';
import type { Drop, Source } from './source.ts';
import { SourceJudge } from './source-judge.ts';
import { createSourcePool, isPool, type SourcePool } from './source-pool.ts';
import { transfer } from './transfer.ts';

/** How a pull works; each has a default from `limits`. Times in milliseconds. */
export interface PullSettings {
  /** Connections to each source. */
  readonly connections?: number;
  /** Longest silence of a source. */
  readonly idleMs?: number;
  /** Longest time for one block. */
  readonly blockMs?: number;
  /** Failures in a row after which a source is left. */
  readonly attempts?: number;
  /** First pause after a failure; it doubles with each, up to five seconds. */
  readonly retryMs?: number;
}

export interface PullBlobOptions extends PullSettings {
  /** Block-tree root, 64 hex characters. */
  readonly root: string;
  /** Bytes, as the manifest states them. */
  readonly size: number;
  /** A pool may grow while the pull runs. */
  readonly sources: Iterable<Source> | SourcePool;
  readonly store: Pick<BlobStore, 'partial'>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface PullResult {
  readonly root: string;
  readonly size: number;
  /** Bytes that came over the network in this call; 0 where the store held the blob. */
  readonly fetched: number;
  /** Sources that were left, and why. */
  readonly dropped: readonly Drop[];
}

const FIRST_PAUSE_MS = 200;
const never = new AbortController().signal;

/**
 * Pulls one blob from several sources at once, verifying each block as it arrives. Blocks that an earlier attempt
 * kept are not asked for again; a source that serves a bad block is left at once, one that stalls or fails after
 * a few attempts.
 *
 * @throws CodedError `PULL_FAILED` with each source's reason, when nobody is left to ask; `BLOB_SIZE`,
 *   `STORE_FULL`, `STORE_IO`. What was verified stays for the next attempt.
 */
export async function pullBlob(options: PullBlobOptions): Promise<PullResult> {
  const { root, size, store, signal = never, onProgress } = options;
  const {
    connections = limits.pullConnections,
    idleMs = limits.pullIdleMs,
    blockMs = limits.pullBlockMs,
  } = options;
  const { attempts = limits.pullAttempts, retryMs = FIRST_PAUSE_MS } = options;
  const pool = isPool(options.sources) ? options.sources : createSourcePool(options.sources);
  const judge = new SourceJudge({ root, pool, attempts, retryMs });
  const meter = createMeter(size, onProgress);

  await using partial = await store.partial({
    root,
    size,
    leaves: () => fetchLeaves({ root, size, pool, judge, blockMs, signal }),
    signal,
    onProgress: (bytes) => meter.found(bytes),
  });
  if (partial) {
    const onBlock = (source: Source, bytes: number): void => meter.came(source, bytes);
    await transfer({ root, partial, pool, judge, connections, idleMs, blockMs, signal, onBlock });
    await partial.commit();
  } else {
    meter.found(size);
  }
  return { root, size, fetched: meter.fetched, dropped: judge.left };
}
