import { Worker } from 'node:worker_threads';
import { type Job, SHARED_HEAD } from './job.ts';
import type { Bounds, Report } from './run-target.ts';

export interface Watched extends Omit<Bounds, 'onInput'> {
  readonly root: string;
  readonly file: string;
  readonly name: string;
  /** Milliseconds after which a run that has not ended is given up; 20,000 where absent. */
  readonly hang?: number;
}

const HANG_MS = 20_000;
const SHARED_BYTES = SHARED_HEAD + (1 << 20);

/** Runs one target in a thread of its own, so that a run that never ends is found too. */
export function runWatched({ hang = HANG_MS, ...rest }: Watched): Promise<Report> {
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const head = new Int32Array(shared, 0, 2);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...rest, shared } satisfies Job,
  });
  return new Promise<Report>((resolve, reject) => {
    let seen = 0;
    const watch = setInterval(() => {
      const runs = Atomics.load(head, 0);
      // Loading the file is no run; and a run between two looks has ended.
      if (runs === 0 || runs !== seen) {
        seen = runs;
        return;
      }
      const input = new Uint8Array(shared.slice(SHARED_HEAD, SHARED_HEAD + (head[1] ?? 0)));
      settle(() =>
        resolve({
          runs,
          answers: 0,
          finding: { kind: 'hang', text: `one run has not ended within ${hang} ms`, input },
        }),
      );
    }, hang);
    const settle = (end: () => void): void => {
      clearInterval(watch);
      void worker.terminate().then(end);
    };
    worker.once('message', (report: Report) => settle(() => resolve(report)));
    worker.once('error', (error) => settle(() => reject(error)));
  });
}
