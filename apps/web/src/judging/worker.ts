import { isCoded } from '@isobit/core';
import { judge } from './judge.ts';
import { type Confirmed, gatherConfirmed, type Message, type Task, type Watcher } from './task.ts';

/** Progress and tokens are told at most this often; a phase's first report always. */
const PROGRESS_MS = 50;

/** The part of a worker's global scope that is used here; the DOM's types are those of a window. */
interface Scope {
  postMessage(message: Message): void;
  onmessage: ((event: { data: Task }) => void) | null;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = async ({ data }) => {
  const tokens = createTokenReporter();
  try {
    const judged = await judge(data, { onProgress: createReporter(), onConfirmed: tokens.add });
    tokens.flush();
    scope.postMessage({ kind: 'done', judged });
  } catch (error) {
    const known = isCoded(error);
    const message = known
      ? error.message
      : `this page broke over it (${String(error).slice(0, 300)}): please report that`;
    scope.postMessage({ kind: 'failed', code: known ? error.code : 'WORKER_BROKEN', message });
  }
};

function createReporter(): Watcher['onProgress'] {
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

/** A small model draws thousands of tokens a second: more than a page should draw anew for. */
function createTokenReporter(): { add: Watcher['onConfirmed']; flush(): void } {
  let waiting: Confirmed[] = [];
  let last = Number.NEGATIVE_INFINITY;
  const flush = (): void => {
    if (waiting.length > 0) scope.postMessage({ kind: 'confirmed', confirmed: gatherConfirmed(waiting) });
    waiting = [];
    last = performance.now();
  };
  return {
    add(confirmed) {
      waiting.push(confirmed);
      if (performance.now() - last >= PROGRESS_MS) flush();
    },
    flush,
  };
}
