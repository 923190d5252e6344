import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { utf8 } from '@isobit/core';
import { cosignaturesOf, readCheckpoint } from '@isobit/log';
import { createWitnessing, type Log, openWitness, type Witness, type WitnessingOptions } from '@isobit/store';
import { tempDir, waitFor } from '@isobit/testing';
import { asWitness, coded, openSome, someCosigner, someEntries } from './some-log.ts';

type Test = Parameters<typeof tempDir>[0] & { after(hook: () => void): void };

function witnessStore(t: Test, seed: number) {
  const store = openWitness({ dir: tempDir(t), cosigner: someCosigner(seed) });
  t.after(() => store.close());
  return store;
}
const begin = (log: Log, witnesses: Witness[], options: Partial<WitnessingOptions> = {}) => {
  const witnessing = createWitnessing({
    log,
    witnesses,
    intervalMs: 1,
    retryMs: 5,
    timeoutMs: 2000,
    ...options,
  });
  witnessing.start();
  return witnessing;
};
const silent = (key: Witness['key']): Witness => ({ key, addCheckpoint: () => new Promise(() => {}) });

test('each append is cosigned by both witnesses, and published so', async (t) => {
  const dir = tempDir(t);
  await using log = await openSome(dir);
  const witnesses = [asWitness(witnessStore(t, 20)), asWitness(witnessStore(t, 30))];
  await using witnessing = begin(log, witnesses);
  for (let i = 0; i < 5; i++) {
    const [appended] = await log.append(someEntries(1, i));
    const cosigned = await witnessing.witnessed((appended?.index as number) + 1, 2, { timeoutMs: 10_000 });
    assert.ok(cosigned.size > i);
    const keys = witnesses.map(({ key }) => key);
    assert.equal(cosignaturesOf(readCheckpoint(cosigned.note).note, keys)?.length, 2);
    assert.deepEqual(cosigned.witnesses.length, 2);
  }
  assert.equal(witnessing.newest?.size, 5);
  assert.deepEqual(await log.readPublic('checkpoint'), witnessing.newest?.note);
  assert.deepEqual(await log.readPublic('checkpoint.witnessed'), witnessing.newest?.note);
});

test('under load the rounds follow, and appends never wait for a silent witness', async (t) => {
  await using log = await openSome(tempDir(t));
  const good = asWitness(witnessStore(t, 20));
  const mute = silent(asWitness(witnessStore(t, 30)).key);
  await using witnessing = begin(log, [good, mute], { minimum: 1, timeoutMs: 200 });
  for (let i = 0; i < 50; i++) await log.append(someEntries(10, i * 10));
  const cosigned = await witnessing.witnessed(500, 1, { timeoutMs: 10_000 });
  assert.deepEqual(cosigned.witnesses, [good.key.name]);
  await assert.rejects(witnessing.witnessed(500, 2, { timeoutMs: 20 }), coded('LOG_UNWITNESSED'));
  await assert.rejects(witnessing.witnessed(500, 3), coded('LOG_UNWITNESSED'));
  assert.equal((await witnessing.witnessed(500, 0)).witnesses.length <= 1, true);
});

test('a witness that was away is caught up with a proof from where it stood', async (t) => {
  await using log = await openSome(tempDir(t));
  const store = asWitness(witnessStore(t, 20));
  let away = false;
  const witness: Witness = {
    ...store,
    addCheckpoint: (body, signal) =>
      away ? Promise.reject(new Error('away')) : store.addCheckpoint(body, signal),
  };
  await log.append(someEntries(3));
  await using witnessing = begin(log, [witness]);
  await witnessing.witnessed(3, 1);
  away = true;
  await log.append(someEntries(300));
  await assert.rejects(witnessing.witnessed(303, 1, { timeoutMs: 30 }), coded('LOG_UNWITNESSED'));
  away = false;
  assert.equal((await witnessing.witnessed(303, 1, { timeoutMs: 10_000 })).size, 303);
});

test('waiting ends with its signal, and with the witnessing', async (t) => {
  await using log = await openSome(tempDir(t));
  const witnessing = begin(log, [silent(asWitness(witnessStore(t, 20)).key)]);
  const abort = new AbortController();
  const waiting = witnessing.witnessed(1, 1, { signal: abort.signal });
  const other = witnessing.witnessed(1, 1);
  abort.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  await Promise.all([witnessing.close(), assert.rejects(other, coded('LOG_UNWITNESSED'))]);
});

test('confirm passes a log that its witnesses know, and one that they do not', async (t) => {
  const dir = tempDir(t);
  const store = asWitness(witnessStore(t, 20));
  {
    await using log = await openSome(dir);
    await using witnessing = begin(log, [store]);
    await witnessing.confirm();
    await log.append(someEntries(5));
    await witnessing.witnessed(5, 1);
  }
  await using log = await openSome(dir);
  await log.append(someEntries(5));
  const lost: Witness = {
    key: asWitness(witnessStore(t, 30)).key,
    addCheckpoint: () => Promise.reject(new Error('unplugged')),
  };
  await using witnessing = createWitnessing({ log, witnesses: [store, lost] });
  const outcomes = await witnessing.confirm();
  assert.deepEqual(
    [...outcomes.values()].map(({ kind }) => kind),
    ['cosigned', 'unreachable'],
  );
});

for (const evidence of [true, false]) {
  test(`a log restored from a stale backup signs nothing more${evidence ? '' : ', by the word of a witness without evidence'}`, async (t) => {
    const dir = tempDir(t);
    const stale = join(tempDir(t), 'stale');
    const store = asWitness(witnessStore(t, 20), evidence);
    {
      await using log = await openSome(dir);
      await log.append(someEntries(5));
      await log.close();
      cpSync(dir, stale, { recursive: true });
    }
    {
      await using log = await openSome(dir);
      await using witnessing = begin(log, [store]);
      await log.append(someEntries(5));
      await witnessing.witnessed(10, 1);
    }
    const restored = await openSome(stale);
    await using witnessing = createWitnessing({ log: restored, witnesses: [store] });
    await assert.rejects(witnessing.confirm(), coded('LOG_BEHIND'));
    await assert.rejects(restored.append(someEntries(1)), coded('LOG_BEHIND'));
    await assert.rejects(witnessing.witnessed(9, 1), coded('LOG_BEHIND'));
    assert.equal(restored.refusal?.evidence !== undefined, evidence);
    await restored.close();
    await using again = await openSome(stale);
    await assert.rejects(again.append(someEntries(1)), coded('LOG_BEHIND'));
  });
}

test('a log whose state is gone, but not its key, is behind what its witnesses saw', async (t) => {
  const store = asWitness(witnessStore(t, 20));
  {
    await using log = await openSome(tempDir(t));
    await using witnessing = begin(log, [store]);
    await log.append(someEntries(5));
    await witnessing.witnessed(5, 1);
  }
  await using log = await openSome(tempDir(t));
  await using witnessing = createWitnessing({ log, witnesses: [store] });
  await assert.rejects(witnessing.confirm(), coded('LOG_BEHIND'));
});

test('a log whose key is in use elsewhere finds out by its witness, and signs nothing more', async (t) => {
  const store = asWitness(witnessStore(t, 20));
  await using one = await openSome(tempDir(t));
  await using other = await openSome(tempDir(t));
  await one.append(someEntries(5));
  await other.append([...someEntries(4), utf8('another face'), ...someEntries(4)]);
  await using first = begin(one, [store]);
  await first.witnessed(5, 1);
  await using second = begin(other, [store]);
  await waitFor(() => other.refusal, { what: 'the fork to be noticed' });
  assert.equal(other.refusal?.code, 'LOG_FORKED');
  await assert.rejects(other.append(someEntries(1)), coded('LOG_FORKED'));
  await assert.rejects(second.witnessed(9, 1), coded('LOG_FORKED'));
  assert.equal(one.refusal, undefined);
});

test('a witness that lies about what it saw cannot stop a log', async (t) => {
  await using log = await openSome(tempDir(t));
  await log.append(someEntries(5));
  const { key } = asWitness(witnessStore(t, 20));
  const kinds: string[] = [];
  const liars: Witness[] = [
    {
      key,
      addCheckpoint: async () => ({ status: 409, body: utf8('99\n') }),
      latest: async () => log.head.note,
    },
    { key, addCheckpoint: async () => ({ status: 409, body: utf8('99\n') }), latest: async () => undefined },
    {
      key,
      addCheckpoint: async () => ({ status: 422, body: utf8('') }),
      latest: async () => utf8('garbage'),
    },
    { key, addCheckpoint: async () => ({ status: 200, body: utf8('— a AAAAAAA=\n') }) },
    { key, addCheckpoint: async () => ({ status: 409, body: utf8('many\n') }) },
    { key, addCheckpoint: async () => ({ status: 302, body: utf8('') }) },
  ];
  for (const witness of liars) {
    await using witnessing = createWitnessing({ log, witnesses: [witness] });
    for (const outcome of (await witnessing.confirm()).values()) kinds.push(outcome.kind);
  }
  assert.deepEqual(kinds, ['faulty', 'faulty', 'unreachable', 'faulty', 'unreachable', 'declined']);
  assert.equal(log.refusal, undefined);
  await log.append(someEntries(1));
});
