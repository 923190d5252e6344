import type { Counter, Gauge, Registry } from 'prom-client';
import type { WorkerRecords } from '../roles/gateway/worker-records.ts';

/** Workers that are measured: those that were asked last. More labels cost whoever scrapes them. */
const SHOWN = 64;

interface Kinds {
  readonly Counter: typeof Counter;
  readonly Gauge: typeof Gauge;
}

/** What this node's gateway saw of the workers that it asked: by address, and nothing of what was asked. */
export function registerWorkerMetrics(
  { Counter, Gauge }: Kinds,
  registry: Registry,
  records: Pick<WorkerRecords, 'list'>,
): void {
  const shown = () => records.list().slice(-SHOWN);
  const registers = [registry];
  new Counter({
    name: 'isobit_gateway_jobs_total',
    help: 'Jobs that were given to a worker, by how they ended with it.',
    labelNames: ['worker', 'ended'],
    registers,
    collect() {
      this.reset();
      for (const { node: worker, ended } of shown())
        for (const [how, count] of Object.entries(ended))
          if (count > 0) this.inc({ worker, ended: how }, count);
    },
  });
  new Gauge({
    name: 'isobit_gateway_jobs_under_way',
    help: 'Jobs that a worker was given and that have not ended.',
    labelNames: ['worker'],
    registers,
    collect() {
      this.reset();
      for (const { node: worker, underWay } of shown()) this.set({ worker }, underWay);
    },
  });
  new Gauge({
    name: 'isobit_gateway_first_word_seconds',
    help: "Time to the first word of a worker's last answer, to the answer where it came at once.",
    labelNames: ['worker'],
    registers,
    collect() {
      this.reset();
      for (const { node: worker, lastFirstMs } of shown())
        if (lastFirstMs !== undefined) this.set({ worker }, lastFirstMs / 1000);
    },
  });
}
