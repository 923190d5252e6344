import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeKey } from '@isobit/core';
import { type Manifest, type SignedName, signName } from '@isobit/model';
import { createMemoryBlobs, createModels, createNames, createPetnames, openDatabase } from '@isobit/store';
import { createKnownNames } from '../../src/models/known-names.ts';
import { createRegistry, type RemoteDocuments } from '../../src/models/registry.ts';
import { closeAtEnd, folderFor } from '../support.ts';

const [own, alice] = [nodeKey(new Uint8Array(32).fill(1)), nodeKey(new Uint8Array(32).fill(2))];
const facts = (title: string): Omit<Manifest, 'publisher' | 'isobit'> => ({
  title,
  format: 'onnx',
  task: 'other',
  files: [{ path: 'model.onnx', size: 0, root: 'f'.repeat(64) }],
  entry: 'model.onnx',
  inputs: [],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [1] }],
  licence: 'MIT',
});

async function open(t: Parameters<typeof folderFor>[0], remote: Partial<RemoteDocuments> = {}) {
  const database = await openDatabase({ file: join(await folderFor(t), 'node.sqlite') });
  closeAtEnd(t, database);
  const petnames = createPetnames(database);
  const reports: string[] = [];
  let now = 1_000;
  const names = createKnownNames({
    names: createNames(database),
    petnames,
    clock: () => now,
    report: (_, message) => void reports.push(message),
  });
  const announced: SignedName[] = [];
  const registry = createRegistry({
    key: own,
    models: createModels(database),
    names,
    blobs: createMemoryBlobs(),
    clock: () => now,
    remote: {
      manifest: async () => undefined,
      names: async () => [],
      announceName: async (signed) => void announced.push(signed),
      ...remote,
    },
  });
  const wait = (ms: number): void => {
    now += ms;
  };
  return { registry, names, announced, reports, wait };
}

const record = (key: typeof alice, name: string, version: string, model: string, sequence = 0) =>
  signName({ isobit: 'name/1', key: key.address, name, version, model, sequence, expires: 9e15 }, key);

test('versions are counted, and the newest is what a bare name leads to', async (t) => {
  const { registry, announced } = await open(t);
  const one = await registry.publish({ manifest: facts('one'), name: 'm' });
  assert.equal((await registry.resolve('m')).id, one.id);
  const two = await registry.publish({ manifest: facts('two'), name: 'm' });
  assert.deepEqual([one.version, two.version], ['1', '2']);
  assert.equal((await registry.resolve('m')).id, two.id, 'what was remembered is looked up again');
  assert.equal((await registry.resolve('m:1')).id, one.id);
  assert.deepEqual((await registry.resolve('m')).versions, ['1', '2']);
  assert.equal((await registry.resolve(one.id)).version, '1');
  assert.equal(announced.length, 2);
});

test('the same model under the same name is renewed, not counted', async (t) => {
  const { registry } = await open(t);
  await registry.publish({ manifest: facts('one'), name: 'm' });
  assert.equal((await registry.publish({ manifest: facts('one'), name: 'm' })).version, '1');
});

test('a version that is taken stays', async (t) => {
  const { registry } = await open(t);
  await registry.publish({ manifest: facts('one'), name: 'm', version: 'a' });
  const again = registry.publish({ manifest: facts('two'), name: 'm', version: 'a' });
  await assert.rejects(again, { code: 'VERSION_TAKEN' });
});

test('publications at once never sign one version for two models', async (t) => {
  const { registry, reports } = await open(t);
  const titles = ['a', 'b', 'c', 'd'];
  const models = await Promise.all(
    titles.map((title) => registry.publish({ manifest: facts(title), name: 'm' })),
  );
  assert.deepEqual(models.map(({ version }) => version).sort(), ['1', '2', '3', '4']);
  assert.deepEqual(reports, []);
});

test('a name of two keys is a clash, and a petname settles it', async (t) => {
  const { registry, names } = await open(t);
  const { id } = await registry.publish({ manifest: facts('one'), name: 'm' });
  await registry.learnName(record(alice, 'm', '1', id));
  await assert.rejects(registry.resolve('m'), { code: 'NAME_CLASH' });
  await assert.rejects(registry.resolve('alice/m'), { code: 'MODEL_UNKNOWN' });
  await names.setPetname('alice', alice.address);
  assert.equal((await registry.resolve('alice/m')).name, 'alice/m');
});

test('a version that its key signed twice is followed no more', async (t) => {
  const { registry, reports } = await open(t);
  const one = await registry.publish({ manifest: facts('one'), name: 'x' });
  const two = await registry.publish({ manifest: facts('two'), name: 'y' });
  await registry.learnName(record(alice, 'm', '1', one.id));
  assert.equal((await registry.resolve('m:1')).id, one.id);
  await registry.learnName(record(alice, 'm', '1', two.id));
  await assert.rejects(registry.resolve('m:1'), { code: 'NAME_CONTRADICTION' });
  await assert.rejects(registry.resolve('m'), { code: 'NAME_CONTRADICTION' });
  assert.match(reports[0] ?? '', /neither is followed/);
  assert.equal((await registry.resolve(one.id)).name, 'x', 'the model itself is as good as before');
});

test('a forged record is not kept', async (t) => {
  const { registry, names } = await open(t);
  const forged = record(alice, 'm', '1', (await registry.publish({ manifest: facts('one'), name: 'x' })).id);
  await registry.learnName({ ...forged, record: { ...forged.record, key: own.address } });
  assert.deepEqual(
    (await names.list()).map(({ record: { name } }) => name),
    ['x'],
  );
});

test('what is not known here is asked of others, and their silence is no fault', async (t) => {
  const source = await open(t);
  const { id, signed } = await source.registry.publish({ manifest: facts('far'), name: 'far' });
  const asked: string[] = [];
  const { registry } = await open(t, {
    async manifest(wanted) {
      asked.push(wanted);
      return wanted === id ? signed : undefined;
    },
    names: async ({ name }) => (name === 'far' ? source.announced : []),
  });
  assert.equal((await registry.resolve('far')).id, id);
  await registry.resolve('far');
  assert.deepEqual(asked, [id], 'once');
  await assert.rejects(registry.resolve('near'), { code: 'MODEL_UNKNOWN' });
  await assert.rejects(registry.resolve('a b'), { code: 'REF_INVALID' });
});

test('a forgotten model is resolved from memory no more', async (t) => {
  const { registry } = await open(t);
  const { id } = await registry.publish({ manifest: facts('one'), name: 'm' });
  await registry.resolve('m');
  await registry.forget(id);
  await assert.rejects(registry.resolve('m'), { code: 'MODEL_UNKNOWN' });
});

test('a name that expired leads nowhere, and its version stays', async (t) => {
  const { registry, wait } = await open(t);
  await registry.publish({ manifest: facts('one'), name: 'm' });
  await registry.resolve('m');
  wait(400 * 24 * 3600_000);
  await assert.rejects(registry.resolve('m'), { code: 'MODEL_UNKNOWN' });
  assert.equal((await registry.resolve('m:1')).version, '1');
});
