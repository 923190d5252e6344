import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { derivedSeed, fromUtf8, nodeKey, noteKey, utf8 } from '@isobit/core';
import { createCosigner, type LogKeyDocument, witnessName } from '@isobit/log';
import type { KnownOffer } from '@isobit/network';
import { type Log, openLog, openWitness, type WitnessStore } from '@isobit/store';
import { waitFor } from '@isobit/testing';
import { type Identity, openIdentity } from '../../src/identity.ts';
import { placeInLog } from '../../src/roles/worker/receipt-log.ts';
import { createWitnesses, type WitnessesOptions } from '../../src/roles/worker/witnesses.ts';
import { createSigningGate } from '../../src/signing-gate.ts';
import { closeAtEnd, folderFor } from '../support.ts';

type Ends = Parameters<typeof folderFor>[0];
const key = nodeKey(new Uint8Array(32).fill(6));
const openOwn = (dir: string): Promise<Log> =>
  openLog({ dir, key, noteKey: noteKey(derivedSeed(key, 'log')), publishIntervalMs: 10 });
const signal = new AbortController().signal;

/** Another node's witness, and what it may be made to say. */
interface Other {
  readonly identity: Identity;
  readonly store: WitnessStore;
  answer?: () => Promise<{ status: number; body: Uint8Array }>;
}
async function other(t: Ends): Promise<Other> {
  const dir = await folderFor(t);
  const identity = await openIdentity(dir);
  const store = openWitness({
    dir: join(dir, 'witness'),
    cosigner: createCosigner(witnessName(identity.key.address), identity.witnessKey),
  });
  t.after(() => store.close());
  return { identity, store };
}

/** A network of which these nodes are the witnesses; more may come. */
function networkOf(others: Other[]): WitnessesOptions['network'] & { come(one: Other): void } {
  const listeners = new Set<() => void>();
  const found = (node: string) => others.find(({ identity }) => identity.key.address === node) as Other;
  return {
    offers: () =>
      others.map(({ identity: { key, binding } }) => ({
        offer: { node: key.address, roles: ['witness'], log: binding },
      })) as unknown as KnownOffer[],
    onOffer(listener) {
      listeners.add(listener as () => void);
      return () => listeners.delete(listener as () => void);
    },
    witnessOf: (node) => ({
      name: node,
      addCheckpoint: (body) => (found(node).answer ?? (() => found(node).store.addCheckpoint(body)))(),
      latest: async (hash) => found(node).store.latest(hash),
    }),
    come(one) {
      others.push(one);
      for (const listener of listeners) listener();
    },
  };
}

async function scene(t: Ends, others: Other[], log?: Log) {
  const own = log ?? (await openOwn(join(await folderFor(t), 'log')));
  if (!log) closeAtEnd(t, own);
  const gate = createSigningGate();
  const network = networkOf(others);
  const witnesses = createWitnesses({ log: own, network, gate, report: () => {}, confirmMs: 300 });
  closeAtEnd(t, witnesses);
  return { log: own, gate, network, witnesses };
}

test('nothing is signed before a witness was heard, where others are expected', async (t) => {
  const slow = await other(t);
  const held = Promise.withResolvers<void>();
  const { gate, witnesses } = await scene(t, [
    { ...slow, answer: () => held.promise.then(() => ({ status: 404, body: utf8('') })) },
  ]);
  const confirmed = witnesses.confirm(true);
  assert.equal(gate.stop, 'starting');
  assert.throws(() => gate.check(), { code: 'SIGNING_REFUSED' });
  await confirmed;
  assert.equal(gate.stop, undefined, 'nobody answered in time, so it goes on without');
  held.resolve();
});

test('without others to expect the gate opens at once', async (t) => {
  const { gate, witnesses } = await scene(t, []);
  await witnesses.confirm(false);
  gate.check();
});

test('an answer is cosigned, and its evidence names each witness by its document', async (t) => {
  const [a, b] = [await other(t), await other(t)];
  const { log, witnesses } = await scene(t, [a, b]);
  await witnesses.confirm(true);
  const [{ index } = { index: 0 }] = await log.append([utf8('receipt')]);
  const plain = await placeInLog(log, a.identity.binding as LogKeyDocument, { index });
  const cosigned = await witnesses.witnessed(plain, 2, signal);
  assert.equal(cosigned.witnesses?.length, 2);
  for (const { identity } of [a, b])
    assert.ok(cosigned.checkpoint.includes(witnessName(identity.key.address)), 'its line is there');
  const more = await witnesses.witnessed(plain, 9, signal);
  assert.equal(more.witnesses?.length, 2, 'as many as there are');
});

test('a log restored from a stale copy closes the gate, at the start or when a witness comes later', async (t) => {
  const witness = await other(t);
  const dir = await folderFor(t);
  const first = await openOwn(join(dir, 'log'));
  {
    const { witnesses } = await scene(t, [witness], first);
    await witnesses.confirm(true);
    await first.append([utf8('one'), utf8('two')]);
    const place = await placeInLog(first, witness.identity.binding as LogKeyDocument, { index: 0 });
    assert.ok((await witnesses.witnessed(place, 1, signal)).witnesses);
    await witnesses[Symbol.asyncDispose]();
    await first.close();
  }
  const early = await scene(t, [witness]);
  await early.witnesses.confirm(true);
  assert.equal(early.gate.stop, 'log-behind');
  assert.match(early.gate.reason ?? '', /restore the newest data folder/);

  const late = await scene(t, []);
  await late.witnesses.confirm(false);
  assert.equal(late.gate.stop, undefined);
  late.network.come(witness);
  await waitFor(() => late.gate.stop === 'log-behind', { what: 'the gate to close' });
});

test('a stranger that only says so closes nothing', async (t) => {
  const liar = await other(t);
  const { gate, witnesses, log } = await scene(t, [
    { ...liar, answer: async () => ({ status: 409, body: utf8('1000\n') }) },
  ]);
  await witnesses.confirm(true);
  gate.check();
  assert.equal(log.refusal, undefined);
  await log.append([utf8('receipt')]);
});

test('disposal ends those who wait', async (t) => {
  const mute = await other(t);
  const { log, witnesses } = await scene(t, [{ ...mute, answer: () => new Promise(() => {}) }]);
  void witnesses.confirm(true);
  await log.append([utf8('receipt')]);
  const plain = await placeInLog(log, mute.identity.binding as LogKeyDocument, { index: 0 });
  const waiting = witnesses.witnessed(plain, 1, signal);
  await witnesses[Symbol.asyncDispose]();
  assert.equal((await waiting).checkpoint, fromUtf8(log.head.note));
});
