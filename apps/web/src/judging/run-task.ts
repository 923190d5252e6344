import { CodedError, limits } from '@isobit/core';
import { pageError } from '../errors.ts';
import type { Judged, Message, Task, Watcher } from './task.ts';
import JudgeWorker from './worker.ts?worker&inline';

export interface RunTaskOptions extends Watcher {
  readonly signal: AbortSignal;
}

/**
 * Does a task in a worker of its own, which ends with it: evidence and models are strangers' bytes, and a worker
 * can be stopped in the middle of a loop.
 *
 * @throws CodedError `RUN_TOO_LONG`, `WORKER_BROKEN`, and of `judge`; the signal's reason
 */
export function runTask(task: Task, { signal, onProgress, onConfirmed }: RunTaskOptions): Promise<Judged> {
  signal.throwIfAborted();
  const worker = new JudgeWorker();
  const { promise, resolve, reject } = Promise.withResolvers<Judged>();
  const stop = (): void => reject(signal.reason);
  const expire = (): void =>
    reject(
      pageError(
        'RUN_TOO_LONG',
        `nothing happened for ${limits.pageSilenceMs / 1000} seconds, so it was stopped: check it with the command "isobit verify"`,
      ),
    );
  let timer = setTimeout(expire, limits.pageSilenceMs);
  signal.addEventListener('abort', stop);
  worker.onmessage = ({ data }: MessageEvent<Message>) => {
    clearTimeout(timer);
    timer = setTimeout(expire, limits.pageSilenceMs);
    switch (data.kind) {
      case 'progress':
        return onProgress(data.progress);
      case 'confirmed':
        return data.confirmed.forEach(onConfirmed);
      case 'done':
        return resolve(data.judged);
      case 'failed':
        return reject(new CodedError(data.code, data.message));
    }
  };
  worker.onerror = (event) =>
    reject(
      pageError(
        'WORKER_BROKEN',
        `the browser stopped the worker${event.message ? ` (${event.message})` : ''}: try a current browser`,
      ),
    );
  worker.postMessage(task);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    worker.terminate();
  });
}
