import { isCoded } from '@isobit/core';
import { judge } from './judge.ts';
import type { Message, Progress, Task } from './task.ts';

/** Progress is told at most this often; a phase's first report always. */
const PROGRESS_MS = 50;

/** The part of a worker's global scope that is used here; the DOM's types are those of a window. */
interface Scope {
  postMessage(message: Message): void;
  onmessage: ((event: { data: Task }) => void) | null;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = async ({ data }) => {
  try {
    const judged = await judge(data, createReporter());
    scope.postMessage({ kind: 'done', judged });
  } catch (error) {
    const known = isCoded(error);
    const message = known
      ? error.message
      : `this page broke over it (${String(error).slice(0, 300)}): please report that`;
    scope.postMessage({ kind: 'failed', code: known ? error.code : 'WORKER_BROKEN', message });
  }
};

function createReporter(): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let phase: string | undefined;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - last < PROGRESS_MS && progress.bytes !== progress.size) return;
    phase = progress.phase;
    last = now;
    scope.postMessage({ kind: 'progress', progress });
  };
}
