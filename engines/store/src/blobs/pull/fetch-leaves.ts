import { fromHex, limits } from '@isobit/core';
import { blockCount, openLeaves } from '@isobit/model';
import { storeError } from '../../errors.ts';
import type { Source } from './source.ts';
import type { SourceJudge } from './source-judge.ts';
import type { SourcePool } from './source-pool.ts';

export interface FetchLeavesOptions {
  readonly root: string;
  readonly size: number;
  readonly pool: SourcePool;
  readonly judge: SourceJudge;
  readonly blockMs: number;
  readonly signal: AbortSignal;
}

/** A source that has not answered by then gets company, in milliseconds. */
const HEDGE_MS = 1_000;

/**
 * A blob's leaf list from the first source that gives one that leads to the root. A file of one block needs none:
 * its leaf is its root.
 *
 * @throws CodedError `PULL_FAILED`
 */
export async function fetchLeaves(options: FetchLeavesOptions): Promise<Uint8Array> {
  const { root, size, judge, signal } = options;
  if (blockCount(size) === 1) return fromHex(root);
  for (;;) {
    signal.throwIfAborted();
    const [first] = judge.candidates;
    if (!first) throw judge.exhausted();
    const found = await firstAnswer(options);
    if (found) return found;
    const [next] = judge.candidates;
    if (next) await judge.pause(next, signal);
  }
}

/** Asks one source after the other, the next as soon as one fails or hesitates. Undefined when all have failed. */
function firstAnswer(options: FetchLeavesOptions): Promise<Uint8Array | undefined> {
  const { pool, judge, signal: outer } = options;
  const over = new AbortController();
  const signal = AbortSignal.any([outer, over.signal]);
  const asked = new Set<string>();
  let running = 0;
  return new Promise((resolve, reject) => {
    let hedge: NodeJS.Timeout | undefined;
    const settle = (end: () => void): void => {
      clearTimeout(hedge);
      end();
      over.abort();
    };
    const askNext = (): void => {
      if (signal.aborted) return;
      const source = judge.candidates.find(({ name }) => !asked.has(name));
      if (!source) {
        if (running === 0) settle(() => resolve(undefined));
        return;
      }
      asked.add(source.name);
      running++;
      clearTimeout(hedge);
      hedge = setTimeout(askNext, HEDGE_MS);
      askOne(source, options, signal).then(
        (leaves) => settle(() => resolve(leaves)),
        (error: unknown) => {
          running--;
          if (signal.aborted) return;
          judge.failed(source, error);
          askNext();
        },
      );
    };
    outer.addEventListener('abort', () => settle(() => reject(outer.reason)), {
      once: true,
      signal: over.signal,
    });
    pool.onChange(askNext, signal);
    askNext();
  });
}

async function askOne(
  source: Source,
  { root, size, blockMs }: FetchLeavesOptions,
  outer: AbortSignal,
): Promise<Uint8Array> {
  const allowed = blockMs * Math.ceil((blockCount(size) * 32) / limits.blockBytes);
  const timeout = AbortSignal.timeout(allowed);
  const leaves = await source
    .leaves(root, size, AbortSignal.any([outer, timeout]))
    .catch((error: unknown) => {
      if (!timeout.aborted || outer.aborted) throw error;
      throw storeError('SOURCE_STALLED', `${source.name} gave no leaf list within ${allowed} ms`, {
        source: source.name,
      });
    });
  try {
    openLeaves(leaves, root, size);
  } catch (cause) {
    const message = `${source.name} gave a leaf list that does not lead to ${root}: it is left`;
    throw storeError('SOURCE_BAD_LEAVES', message, { source: source.name }, { cause });
  }
  return leaves;
}
