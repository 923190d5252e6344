import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { type HealthParts, healthRoutes } from '../../src/http/routes/public/health.ts';
import { defaultOptions, type Role } from '../../src/index.ts';
import { createSigningGate, type SigningStop } from '../../src/signing-gate.ts';

interface State {
  readonly roles?: readonly Role[];
  readonly stop?: Exclude<SigningStop, 'starting'>;
  readonly isStarting?: boolean;
  readonly isStopping?: boolean;
  readonly queued?: number;
}

async function health({ roles = ['worker', 'gateway'], stop, isStarting, isStopping, queued = 0 }: State) {
  const gate = createSigningGate();
  if (!isStarting) gate.started();
  if (stop) gate.close(stop);
  const parts: HealthParts = {
    options: { ...defaultOptions('/nowhere'), roles, maxQueued: 2 },
    gate,
    isStopping: () => isStopping ?? false,
    worker: { engines: { onnx: { state: { queued: 0 } }, language: { state: { queued } } } },
  };
  const app = new Hono();
  healthRoutes(app, parts);
  const response = await app.request('/health');
  const { status, reasons } = (await response.json()) as { status: string; reasons: string[] };
  return [response.status, status, ...reasons];
}

test('a node that would sign and has room is healthy', async () => {
  assert.deepEqual(await health({ queued: 1 }), [200, 'ok']);
});

test('one that signs nothing says why', async () => {
  for (const stop of ['log-behind', 'log-forked', 'key-elsewhere', 'self-test'] as const)
    assert.deepEqual(await health({ stop }), [503, 'unavailable', stop]);
  assert.deepEqual(await health({ isStarting: true }), [503, 'unavailable', 'starting']);
});

test('one without room, or about to end, says so', async () => {
  assert.deepEqual(await health({ queued: 2 }), [503, 'unavailable', 'no-room']);
  assert.deepEqual(await health({ isStopping: true, queued: 2 }), [
    503,
    'unavailable',
    'stopping',
    'no-room',
  ]);
});

test('one that is no worker need not sign, but must not be stopped from it', async () => {
  const roles = ['gateway'] as const;
  assert.deepEqual(await health({ roles, isStarting: true, queued: 2 }), [200, 'ok']);
  assert.deepEqual(await health({ roles, stop: 'key-elsewhere' }), [503, 'unavailable', 'key-elsewhere']);
});
