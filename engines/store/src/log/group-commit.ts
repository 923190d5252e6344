import { logStoreError } from './errors.ts';

/** Gathers what arrives while a commit is in flight and commits it together: no delay is added. */
export interface GroupCommit<Item, Result> {
  /**
   * @param bytes weight of the items against the limits
   * @param signal takes the items back while they wait; once their commit has begun, it is finished
   */
  add(items: readonly Item[], bytes: number, signal?: AbortSignal): Promise<Result[]>;
  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void>;
}

export interface GroupCommitOptions<Item, Result> {
  /** Commits a group; one result for each item. Never called while another call is in flight. */
  readonly commit: (items: Item[]) => Promise<Result[]>;
  /** A group takes no more once it weighs this much. */
  readonly maxGroupBytes: number;
  /** More waiting than this is refused with `LOG_BUSY`. */
  readonly maxQueueBytes: number;
}

interface Waiting<Item, Result> {
  readonly items: readonly Item[];
  readonly bytes: number;
  readonly resolve: (results: Result[]) => void;
  readonly reject: (error: unknown) => void;
  readonly release: () => void;
}

export function createGroupCommit<Item, Result>(
  options: GroupCommitOptions<Item, Result>,
): GroupCommit<Item, Result> {
  const waiting = new Set<Waiting<Item, Result>>();
  let queued = 0;
  let running: Promise<void> | undefined;

  function take(): Waiting<Item, Result>[] {
    const group: Waiting<Item, Result>[] = [];
    let bytes = 0;
    for (const request of waiting) {
      if (group.length > 0 && bytes + request.bytes > options.maxGroupBytes) break;
      waiting.delete(request);
      request.release();
      bytes += request.bytes;
      group.push(request);
    }
    queued -= bytes;
    return group;
  }

  async function run(): Promise<void> {
    while (waiting.size > 0) {
      const group = take();
      try {
        const results = await options.commit(group.flatMap((request) => request.items));
        let at = 0;
        for (const { items, resolve } of group) {
          resolve(results.slice(at, at + items.length));
          at += items.length;
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = undefined;
  }

  return {
    add(items, bytes, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (queued + bytes > options.maxQueueBytes && queued > 0) {
          return reject(
            logStoreError('LOG_BUSY', `${queued} bytes wait to be written to the log: try again later`),
          );
        }
        const takeBack = (): void => {
          if (!waiting.delete(request)) return;
          queued -= bytes;
          reject(signal?.reason);
        };
        const release = (): void => signal?.removeEventListener('abort', takeBack);
        const request = { items, bytes, resolve, reject, release };
        signal?.addEventListener('abort', takeBack, { once: true });
        waiting.add(request);
        queued += bytes;
        // Started after the current turn, so that all appends of one turn go together.
        running ??= Promise.resolve().then(run);
      });
    },
    async idle() {
      while (running) await running;
    },
  };
}
