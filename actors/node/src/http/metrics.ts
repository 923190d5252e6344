import type { NodeParts } from '../parts.ts';
import { registerWorkerMetrics } from './worker-metrics.ts';

type Measured = Pick<NodeParts, 'log' | 'network' | 'worker' | 'gate' | 'records'>;

/** Prometheus text of the node: counts and sizes, never content (OpenMetrics naming). */
export function createMetrics(parts: Measured): () => Promise<{ type: string; text: string }> {
  // Nodes that nobody measures need not load the library nor watch their own event loop.
  let registry: ReturnType<typeof open> | undefined;
  return async () => {
    registry ??= open(parts);
    const { contentType, metrics } = await registry;
    return { type: contentType, text: await metrics() };
  };
}

async function open({ log, network, worker: { load, shelf, engines, natives }, gate, records }: Measured) {
  const { Counter, collectDefaultMetrics, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge('isobit_log_entries', 'Receipts in the log.', () => log.size);
  gauge('isobit_peers', 'Connected nodes.', () => network.peers().length);
  gauge('isobit_offers', 'Nodes whose offer is known.', () => network.offers().length);
  gauge('isobit_jobs_running', 'Jobs under way.', () => load.now().running);
  gauge('isobit_jobs_queued', 'Jobs that wait.', () => load.now().queued);
  gauge('isobit_models_loaded', 'Models that have run here and are kept.', () => shelf.models().length);
  const processes = () => engines.pids.length + natives.pids.length;
  gauge('isobit_engine_processes', 'Processes that run models.', processes);
  gauge('isobit_signing', '1 while the node signs, else 0.', () => (gate.stop ? 0 : 1));
  gauge('isobit_job_seconds_sum', 'Time of all jobs.', () => load.time().sumMs / 1000);
  gauge('isobit_job_seconds_count', 'Jobs that ended.', () => load.time().count);
  new Counter({
    name: 'isobit_jobs_total',
    help: 'Jobs that ended, by outcome or error code.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [outcome, count] of load.ended) this.inc({ outcome }, count);
    },
  });
  registerWorkerMetrics({ Counter, Gauge }, registry, records);
  return { contentType: registry.contentType, metrics: () => registry.metrics() };
}
