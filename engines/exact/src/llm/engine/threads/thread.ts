import { serveThread, type ThreadStart } from './serve-thread.ts';

/* Main module of a thread of the engine, in Node and in a browser. */

type NodeThreads = typeof import('node:worker_threads');

const node = (
  globalThis as { process?: { getBuiltinModule?(id: string): NodeThreads } }
).process?.getBuiltinModule?.('node:worker_threads');

const scope = globalThis as unknown as {
  onmessage: ((event: { data: ThreadStart }) => void) | null;
  postMessage(message: string): void;
};

if (node?.parentPort) {
  const port = node.parentPort;
  serveThread(node.workerData as ThreadStart, () => port.postMessage('ready'));
} else {
  scope.onmessage = ({ data }) => serveThread(data, () => scope.postMessage('ready'));
}
