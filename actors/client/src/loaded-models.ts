import type { LoadedModel } from '@isobit/exact';

/** The right to run a model until it is given back. */
export interface ModelLease extends Disposable {
  readonly model: LoadedModel;
}

/** Models kept ready to run, up to a number; the least recently used goes first, never one that is lent. */
export interface LoadedModels extends AsyncDisposable {
  /**
   * Lends a model, which is loaded where it is not here. Those who ask for one model at once share the work, and
   * it ends when the last of them has left.
   *
   * @throws what `load` throws, or the reason of `signal`
   */
  borrow(
    key: string,
    load: (signal: AbortSignal) => Promise<LoadedModel>,
    signal?: AbortSignal,
  ): Promise<ModelLease>;
  /** Lets go of a model; where it is lent, when it is given back. */
  drop(key: string): Promise<void>;
  /** Names of the models that are here, the least recently used first. */
  keys(): string[];
}

interface Entry {
  readonly loading: Promise<LoadedModel>;
  readonly stop: AbortController;
  users: number;
  isLoaded: boolean;
}

/** @param max models that stay loaded when nobody runs them, at least 1 */
export function createLoadedModels({ max }: { readonly max: number }): LoadedModels {
  const entries = new Map<string, Entry>();

  function open(key: string, load: (signal: AbortSignal) => Promise<LoadedModel>): Entry {
    const stop = new AbortController();
    const entry: Entry = { loading: load(stop.signal), stop, users: 0, isLoaded: false };
    entries.set(key, entry);
    entry.loading.then(
      () => {
        entry.isLoaded = true;
      },
      () => forget(key, entry),
    );
    return entry;
  }

  /** Takes an entry out, unless another has its place by now. */
  function forget(key: string, entry: Entry): void {
    if (entries.get(key) === entry) entries.delete(key);
  }

  async function close(entry: Entry): Promise<void> {
    entry.stop.abort();
    await entry.loading.then(
      (model) => model[Symbol.asyncDispose](),
      () => {},
    );
  }

  function release(key: string, entry: Entry): void {
    entry.users--;
    if (entry.users > 0) return;
    if (entries.get(key) !== entry) void close(entry);
    else if (!entry.isLoaded) {
      forget(key, entry);
      void close(entry);
    } else evict();
  }

  function evict(): void {
    for (const [key, entry] of entries) {
      if (entries.size <= max) return;
      if (entry.users > 0) continue;
      entries.delete(key);
      void close(entry);
    }
  }

  return {
    keys: () => [...entries.keys()],
    async borrow(key, load, signal) {
      signal?.throwIfAborted();
      const entry = entries.get(key) ?? open(key, load);
      // Looked at again, a model becomes the newest.
      entries.delete(key);
      entries.set(key, entry);
      entry.users++;
      try {
        const model = await unlessAborted(entry.loading, signal);
        evict();
        return { model, [Symbol.dispose]: once(() => release(key, entry)) };
      } catch (error) {
        release(key, entry);
        throw error;
      }
    },
    async drop(key) {
      const entry = entries.get(key);
      if (!entry) return;
      entries.delete(key);
      if (entry.users === 0) await close(entry);
    },
    async [Symbol.asyncDispose]() {
      const open = [...entries.values()];
      entries.clear();
      await Promise.all(open.map(close));
    },
  };
}

async function unlessAborted<T>(waited: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return waited;
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([waited, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
