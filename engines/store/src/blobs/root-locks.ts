/** One writer a root within this process; others wait their turn. */
export interface RootLocks {
  /**
   * Waits for the root and takes it.
   *
   * @returns gives the root back; further calls do nothing
   */
  acquire(root: string, signal?: AbortSignal): Promise<() => void>;
}

export function createRootLocks(): RootLocks {
  const held = new Map<string, Promise<void>>();
  return {
    async acquire(root, signal) {
      for (let current = held.get(root); current; current = held.get(root)) await orAborted(current, signal);
      signal?.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(root, promise);
      return () => {
        if (held.get(root) === promise) held.delete(root);
        resolve();
      };
    },
  };
}

function orAborted(waited: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return waited;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void waited.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
