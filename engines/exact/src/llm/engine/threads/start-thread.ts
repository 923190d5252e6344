import type { ThreadStart } from './serve-thread.ts';

/** A thread that was started. */
export interface Thread {
  /** Settles when it takes commands. */
  readonly ready: Promise<void>;
  /** Stops it at once. */
  stop(): void;
}

/** Starts a thread that serves: how depends on where the engine runs. */
export type StartThread = (start: ThreadStart) => Thread | Promise<Thread>;

type NodeThreads = typeof import('node:worker_threads');

/** Node's own module where the runtime has one: no import, so browsers bundle nothing. */
const nodeThreads = (
  globalThis as { process?: { getBuiltinModule?(id: string): NodeThreads } }
).process?.getBuiltinModule?.('node:worker_threads');

/** The module of a thread beside this one: its ending is this file's, sources run as TypeScript, packed ones as JavaScript. */
const entry = (): URL =>
  new URL(`./thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);

/** Threads of Node, or Web Workers where the page may share memory; undefined where there is neither. */
export function defaultThreads(): StartThread | undefined {
  if (nodeThreads) return startNodeThread(nodeThreads);
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
  return isolated && typeof Worker === 'function' ? startWebThread : undefined;
}

const startNodeThread =
  ({ Worker }: NodeThreads): StartThread =>
  (start) => {
    const worker = new Worker(entry(), { workerData: start });
    worker.unref();
    const ready = new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
    });
    return { ready, stop: () => void worker.terminate() };
  };

const startWebThread: StartThread = (start) => {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { type: 'module' });
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.postMessage(start);
  return { ready, stop: () => worker.terminate() };
};
