import type { Drop, Source } from './source.ts';

/**
 * The sources of one pull or of several that share their judgement: who lied about one file is not asked for
 * another.
 */
export interface SourcePool {
  /** Adds a source, also while a pull runs. A name that is known, or was dropped, is ignored. */
  add(source: Source): void;
  /** Leaves a source for good. */
  drop(drop: Drop): void;
  readonly live: readonly Source[];
  readonly dropped: readonly Drop[];
  /** Calls back at each addition and each drop until the signal aborts. */
  onChange(listener: () => void, signal: AbortSignal): void;
}

export function createSourcePool(sources: Iterable<Source> = []): SourcePool {
  const live = new Map<string, Source>();
  const dropped = new Map<string, Drop>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const pool: SourcePool = {
    add(source) {
      if (live.has(source.name) || dropped.has(source.name)) return;
      live.set(source.name, source);
      changed();
    },
    drop(drop) {
      if (!live.delete(drop.source)) return;
      dropped.set(drop.source, drop);
      changed();
    },
    get live() {
      return [...live.values()];
    },
    get dropped() {
      return [...dropped.values()];
    },
    onChange(listener, signal) {
      if (signal.aborted) return;
      listeners.add(listener);
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
    },
  };
  for (const source of sources) pool.add(source);
  return pool;
}

export const isPool = (sources: Iterable<Source> | SourcePool): sources is SourcePool =>
  'onChange' in sources;
