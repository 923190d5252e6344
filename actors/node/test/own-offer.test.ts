import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogKeyDocument } from '@isobit/log';
import type { OfferBody } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import type { HeldModel } from '../src/models/registry.ts';
import { createOwnOffer } from '../src/own-offer.ts';
import { createSigningGate } from '../src/signing-gate.ts';

const load = { running: 0, queued: 0, capacity: 1 };
const busy = { running: 1, queued: 2, capacity: 1 };

function offering(
  roles: readonly ('host' | 'worker')[],
  held = async (): Promise<HeldModel[]> => [one],
  loads: { now: OfferBody['load'] } = { now: load },
  upstream: readonly HeldModel[] = [],
) {
  const announced: OfferBody[] = [];
  const withdrawn: true[] = [];
  const reports: string[] = [];
  const closing = new AbortController();
  const gate = createSigningGate();
  const offer = createOwnOffer({
    options: { roles, price: '7' },
    network: {
      announce: (body) => void announced.push(body),
      withdraw: async () => void withdrawn.push(true),
    },
    registry: { held },
    gate,
    binding: {} as LogKeyDocument,
    httpUrls: () => [],
    report: (_, message) => void reports.push(message),
    signal: closing.signal,
  });
  offer.begin({
    profilesOf: ({ title }) => (title === 'large' ? [] : ['onnx-exact-1']),
    upstream,
    load: () => loads.now,
  });
  return { offer, gate, announced, withdrawn, reports, closing };
}
const one = { id: 'model', manifest: {} } as HeldModel;

test('a worker offers what it holds once it signs, and nothing from when it does not', async () => {
  const { offer, gate, announced } = offering(['host', 'worker']);
  await offer.announce();
  assert.deepEqual([announced[0]?.models, announced[0]?.holds], [[], ['model']]);
  gate.started();
  await offer.announce();
  assert.deepEqual(announced[1]?.models, [{ id: 'model', profiles: ['onnx-exact-1'], price: '7' }]);
  gate.close('key-elsewhere');
  await waitFor(() => announced.length === 3, { what: 'the network to be told' });
  assert.deepEqual([announced[2]?.models, announced[2]?.holds], [[], ['model']]);
});

test('what was withdrawn is offered no more, whatever changes while the node ends', async () => {
  const { offer, gate, announced, withdrawn } = offering(['host', 'worker']);
  gate.started();
  await offer.announce();
  await offer.withdraw();
  await offer.announce();
  assert.deepEqual([announced.length, withdrawn], [1, [true]]);
});

test('a model that runs under no profile here is held and not offered, and the others are offered', async () => {
  const large = { id: 'another', manifest: { title: 'large' } } as HeldModel;
  const { offer, gate, announced } = offering(['host', 'worker'], async () => [large, one]);
  gate.started();
  await offer.announce();
  assert.deepEqual(announced[0]?.models, [{ id: 'model', profiles: ['onnx-exact-1'], price: '7' }]);
  assert.deepEqual(announced[0]?.holds, ['another', 'model']);
});

test('what a server behind the worker answers for is offered once, and not held', async () => {
  const behind = { id: 'elsewhere', manifest: {} } as HeldModel;
  const { offer, gate, announced } = offering(['host', 'worker'], undefined, undefined, [one, behind]);
  gate.started();
  await offer.announce();
  assert.deepEqual(announced[0]?.models, [
    { id: 'model', profiles: ['onnx-exact-1'], price: '7' },
    { id: 'elsewhere', profiles: ['fast'], price: '7' },
  ]);
  assert.deepEqual(announced[0]?.holds, ['model']);
});

test('who is no worker offers no models, who is no host holds none', async () => {
  const host = offering(['host']);
  host.gate.started();
  await host.offer.announce();
  assert.deepEqual(host.announced[0]?.models, []);
  const worker = offering(['worker']);
  await worker.offer.announce();
  assert.deepEqual(worker.announced[0]?.holds, []);
});

test('nothing is told after the end, and a failure is reported', async () => {
  const { offer, announced, closing } = offering(['host']);
  closing.abort();
  await offer.announce();
  assert.deepEqual(announced, []);
  const failing = offering(['host'], () => Promise.reject(new Error('disk')));
  await failing.offer.announce();
  assert.equal(failing.reports.length, 1);
});

test('the network is told when the load doubles or ends, a second later at the most, and not of each job', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const loads = { now: load };
  const { offer, announced, closing } = offering(['worker'], undefined, loads);
  await offer.announce();
  t.mock.timers.tick(5_000);
  assert.equal(announced.length, 1, 'nothing changed');
  loads.now = busy;
  t.mock.timers.tick(1_000);
  assert.deepEqual(announced[1]?.load, busy);
  loads.now = { ...busy, queued: 3 };
  t.mock.timers.tick(1_000);
  assert.equal(announced.length, 2, 'one more of several is no news');
  loads.now = load;
  t.mock.timers.tick(1_000);
  assert.deepEqual(announced[2]?.load, load);
  loads.now = busy;
  closing.abort();
  t.mock.timers.tick(9_000);
  assert.equal(announced.length, 3, 'a node that stopped tells nothing');
});
