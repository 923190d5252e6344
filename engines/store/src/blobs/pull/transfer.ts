import { limits } from '@isobit/core';
import type { PartialBlob } from '../blob-store.ts';
import { BlockClaims, type Claim } from './block-claims.ts';
import { BlockMemory } from './block-memory.ts';
import { StoreFailure } from './block-sink.ts';
import { fetchClaim } from './fetch-claim.ts';
import type { Source } from './source.ts';
import type { SourceJudge } from './source-judge.ts';
import type { SourcePool } from './source-pool.ts';

export interface TransferOptions {
  readonly root: string;
  readonly partial: PartialBlob;
  readonly pool: SourcePool;
  readonly judge: SourceJudge;
  readonly connections: number;
  readonly idleMs: number;
  readonly blockMs: number;
  readonly signal: AbortSignal;
  readonly onBlock: (source: Source, bytes: number) => void;
}

/** A request is to take about so long, in milliseconds: a slow source gets few blocks at a time. */
const REQUEST_MS = 2_000;
const FIRST_BLOCKS = 4;

/**
 * Fetches all missing blocks of a partial, from all sources at once, each over a few connections ("lanes").
 * It ends when the last block is verified, when nobody is left to ask, or when the store fails; and only after
 * every lane has ended, so that nothing is written afterwards.
 */
export async function transfer(options: TransferOptions): Promise<void> {
  if (options.partial.verified === options.partial.blocks) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const crew = new Crew(options, resolve, reject);
  try {
    crew.hire();
    await promise;
  } finally {
    await crew.dismiss();
  }
}

/** The lanes of one transfer and what they share. */
class Crew {
  readonly #options: TransferOptions;
  readonly #claims: BlockClaims;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #memory = new BlockMemory();
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  readonly #lanes: Promise<void>[] = [];
  readonly #hired = new Map<Source, AbortController>();
  readonly #blocksPerRequest = new Map<Source, number>();
  #changed = Promise.withResolvers<void>();

  constructor(options: TransferOptions, resolve: () => void, reject: (error: unknown) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    const { partial, signal, pool } = options;
    this.#claims = new BlockClaims({ blocks: partial.blocks, has: (index) => partial.has(index) });
    this.#signal = AbortSignal.any([signal, this.#over.signal]);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: this.#over.signal });
    pool.onChange(() => this.hire(), this.#signal);
  }

  /** Starts lanes for new sources, stops those of sources that were left, and gives up when none remains. */
  hire(): void {
    const { judge, connections, signal } = this.#options;
    if (signal.aborted) this.#reject(signal.reason);
    for (const [source, stop] of this.#hired) if (!judge.isCandidate(source)) stop.abort();
    for (const source of judge.candidates) {
      if (this.#hired.has(source)) continue;
      const stop = new AbortController();
      this.#hired.set(source, stop);
      const ended = AbortSignal.any([this.#signal, stop.signal]);
      for (let i = 0; i < connections; i++) this.#lanes.push(this.#lane(source, ended).catch(this.#reject));
    }
    if (judge.candidates.length === 0) this.#reject(judge.exhausted());
    this.#wake();
  }

  async dismiss(): Promise<void> {
    this.#over.abort();
    this.#wake();
    await Promise.all(this.#lanes);
  }

  async #lane(source: Source, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const claim = this.#claims.take(source.name, this.#blocksPerRequest.get(source) ?? FIRST_BLOCKS);
      if (!claim) await this.#changed.promise;
      else await this.#work(source, claim, signal);
    }
  }

  async #work(source: Source, claim: Claim, signal: AbortSignal): Promise<void> {
    const { judge } = this.#options;
    let failure: unknown;
    try {
      await this.#fetch(source, claim, signal);
    } catch (error) {
      if (error instanceof StoreFailure) throw error.cause;
      if (!signal.aborted && !claim.abort.signal.aborted) failure = error;
    } finally {
      this.#claims.release(claim);
      this.#wake();
    }
    if (failure === undefined) return;
    if (judge.failed(source, failure)) await judge.pause(source, signal).catch(() => undefined);
    else this.hire();
  }

  async #fetch(source: Source, claim: Claim, signal: AbortSignal): Promise<void> {
    const { root, partial, idleMs, blockMs, judge, onBlock } = this.#options;
    const started = performance.now();
    const first = claim.next;
    const onKept = (bytes: number): void => {
      judge.succeeded(source);
      onBlock(source, bytes);
      if (partial.verified === partial.blocks) this.#resolve();
    };
    try {
      await fetchClaim({
        source,
        root,
        partial,
        claims: this.#claims,
        claim,
        memory: this.#memory,
        idleMs,
        blockMs,
        signal,
        onBlock: onKept,
      });
    } finally {
      const blocksPerMs = (claim.next - first) / Math.max(1, performance.now() - started);
      const blocks = Math.round(blocksPerMs * REQUEST_MS);
      this.#blocksPerRequest.set(source, Math.max(1, Math.min(blocks, limits.pullRangeBlocks)));
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
