import { parentPort, workerData } from 'node:worker_threads';
import { loadTargets } from './find-targets.ts';
import { type Job, SHARED_HEAD } from './job.ts';
import { runTarget } from './run-target.ts';

const job = workerData as Job;
const head = new Int32Array(job.shared, 0, 2);
const room = new Uint8Array(job.shared, SHARED_HEAD);
const target = (await loadTargets(job.root, job.file))[job.name];
if (!target) throw new Error(`${job.file} has no target ${job.name}`);

parentPort?.postMessage(
  await runTarget(target, {
    ...job,
    onInput(input) {
      room.set(input.subarray(0, room.length));
      head[1] = Math.min(input.length, room.length);
      Atomics.add(head, 0, 1);
    },
  }),
);
