import { storeError } from '../../errors.ts';

export interface WatchdogOptions {
  readonly source: string;
  /** Longest silence, in milliseconds. */
  readonly idleMs: number;
  /** Longest time for one block, in milliseconds. */
  readonly blockMs: number;
  /** Ended from outside: the pull is over, or another source was faster. */
  readonly signals: readonly AbortSignal[];
}

/** Watches one transfer: its signal aborts, with `SOURCE_STALLED` as reason, when too little arrives. */
export interface Watchdog extends Disposable {
  readonly signal: AbortSignal;
  /** Bytes have come. */
  heard(): void;
  /** A whole block has come. */
  finishedBlock(): void;
}

export function createWatchdog({ source, idleMs, blockMs, signals }: WatchdogOptions): Watchdog {
  const stalled = new AbortController();
  const stop = (what: string) => () =>
    stalled.abort(
      storeError('SOURCE_STALLED', `${source} ${what}: its work goes to other sources`, { source }),
    );
  const idle = setTimeout(stop(`sent nothing for ${idleMs} ms`), idleMs);
  const block = setTimeout(stop(`took more than ${blockMs} ms for one block`), blockMs);
  return {
    signal: AbortSignal.any([...signals, stalled.signal]),
    heard: () => void idle.refresh(),
    finishedBlock: () => void block.refresh(),
    [Symbol.dispose]() {
      clearTimeout(idle);
      clearTimeout(block);
    },
  };
}
