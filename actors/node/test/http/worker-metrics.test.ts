import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Gauge, Registry } from 'prom-client';
import { registerWorkerMetrics } from '../../src/http/worker-metrics.ts';
import { WorkerRecords } from '../../src/roles/gateway/worker-records.ts';

test('workers are measured by address, those that were asked last', async () => {
  const records = new WorkerRecords();
  const registry = new Registry();
  registerWorkerMetrics({ Counter, Gauge }, registry, records);
  for (let i = 0; i < 100; i++) records.begin(`0x${i}`, 'model')({ kind: 'failed', code: 'PEER_RESET' });
  records.begin('0xabc', 'model')({ kind: 'answered', times: { firstMs: 250 } });
  records.begin('0xabc', 'model');
  const text = await registry.metrics();
  assert.match(text, /isobit_gateway_jobs_total\{worker="0xabc",ended="answered"\} 1\n/);
  assert.match(text, /isobit_gateway_jobs_under_way\{worker="0xabc"\} 1\n/);
  assert.match(text, /isobit_gateway_first_word_seconds\{worker="0xabc"\} 0\.25\n/);
  assert.match(text, /\{worker="0x99",ended="failed"\} 1\n/);
  assert.doesNotMatch(text, /"0x5"/, 'no more than can be read');
  assert.equal(await registry.metrics(), text, 'asked twice, counted once');
});
