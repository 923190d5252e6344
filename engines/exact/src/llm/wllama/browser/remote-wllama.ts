import type { Wllama } from '../wllama.ts';

/** As much of a page's `Worker` as is used here. */
export type HostWorker = Pick<Worker, 'postMessage' | 'onmessage' | 'onerror' | 'terminate'>;

/** What the host says of a call, or of the thread in which llama.cpp ran. */
type Said =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failed: string }
  | { readonly broken: string };

/**
 * wllama's class in a worker that runs `workerScript`. What is under way when the worker breaks rejects, and so does
 * whatever is asked of it later.
 */
export function remoteWllama(worker: HostWorker): Wllama {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  let ended: Error | undefined;

  function end(why: string): void {
    ended ??= new Error(why);
    worker.terminate();
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  }

  worker.onmessage = ({ data }: MessageEvent<Said>) => {
    if ('broken' in data) return end(data.broken);
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ('failed' in data) call?.reject(new Error(data.failed));
    else call?.resolve(data.result);
  };
  worker.onerror = ({ message }) => end(message || 'its worker did not start');

  function call<T>(method: keyof Wllama, ...given: readonly unknown[]): Promise<T> {
    if (ended) return Promise.reject(ended);
    const one = Promise.withResolvers<unknown>();
    const id = asked++;
    waiting.set(id, one);
    worker.postMessage({ id, method, given });
    return one.promise as Promise<T>;
  }

  return {
    loadModel: (...given) => call('loadModel', ...given),
    getLoadedContextInfo: () => call('getLoadedContextInfo'),
    kvClear: () => call('kvClear'),
    decode: (...given) => call('decode', ...given),
    async getLogits(topK) {
      const [tokens, p] = await call<readonly [Int32Array, Float32Array]>('getLogits', topK);
      return Array.from(tokens, (token, i) => ({ token, p: p[i] as number }));
    },
    exit: async () => end('it was closed'),
  };
}
