import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nodeKey } from '@isobit/core';
import {
  type Manifest,
  manifestKind,
  modelId,
  type SignedManifest,
  type SignedName,
  signManifest,
  signName,
} from '@isobit/model';
import { waitFor } from '@isobit/testing';
import { matches } from '../src/documents/document-client.ts';
import type { DocumentSource, NameQuery, Network } from '../src/index.ts';
import { coded, testNetwork, testOffer, testPair } from './support.ts';

const owner = nodeKey();
const manifestOf = (title: string): Manifest =>
  manifestKind.parse({
    isobit: 'manifest/1',
    title,
    format: 'onnx',
    task: 'test',
    files: [{ path: 'model.onnx', size: 1, root: '0'.repeat(64) }],
    entry: 'model.onnx',
    inputs: [],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1] }],
    licence: 'MIT',
    publisher: owner.address,
  });
const nameOf = (name: string, version = '1', model = modelId(manifestOf(name)), sequence = 1): SignedName =>
  signName(
    { isobit: 'name/1', key: owner.address, name, version, model, sequence, expires: Date.now() + 3_600_000 },
    owner,
  );

const source = (manifests: SignedManifest[], names: SignedName[] = []): DocumentSource => ({
  manifest: async (id) => manifests.find(({ manifest }) => modelId(manifest) === id),
  names: async (query: NameQuery) => names.filter(({ record }) => matches(record, query)),
});

/** Three workers around one client. */
async function scene(t: TestContext): Promise<{ client: Network; nodes: [Network, Network, Network] }> {
  const { worker, client } = await testPair(t);
  const nodes: [Network, Network, Network] = [
    worker,
    await testNetwork(t, { join: client.addresses() }),
    await testNetwork(t, { join: client.addresses() }),
  ];
  await waitFor(() => client.peers().length === 3, { what: 'three peers' });
  return { client, nodes };
}

const signed = signManifest(manifestOf('digits'), owner);
const id = modelId(signed.manifest);

test('a manifest comes from whoever has it, and lies are passed over', async (t) => {
  const { client, nodes } = await scene(t);
  const other = signManifest(manifestOf('other'), owner);
  const forged = { ...signed, manifest: { ...signed.manifest, title: 'changed' } };
  await nodes[0].handleDocuments({ manifest: async () => other, names: async () => [] });
  await nodes[1].handleDocuments({ manifest: async () => forged, names: async () => [] });
  await nodes[2].handleDocuments(source([signed]));
  assert.deepEqual(await client.getManifest(id), signed);
  await assert.rejects(client.getManifest(modelId(manifestOf('unheard of'))), coded('MANIFEST_NOT_FOUND'));
});

test('one peer that says nothing does not keep the others from answering', async (t) => {
  const { client, nodes } = await scene(t);
  const never = Promise.withResolvers<undefined>();
  await nodes[0].handleDocuments({ manifest: () => never.promise, names: async () => [] });
  await nodes[1].handleDocuments(source([]));
  await nodes[2].handleDocuments(source([signed]));
  assert.deepEqual(await client.getManifest(id), signed);
  never.resolve(undefined);
});

test('names are united, verified, and only those asked for', async (t) => {
  const { client, nodes } = await scene(t);
  const [a, b, c] = [nameOf('digits', '1'), nameOf('digits', '2'), nameOf('volatility')];
  const forged = { ...a, record: { ...a.record, version: '9' } };
  const clash = nameOf('digits', '2', modelId(manifestOf('elsewhere')), 2);
  await nodes[0].handleDocuments(source([], [a, b]));
  await nodes[1].handleDocuments({ manifest: async () => undefined, names: async () => [b, c, forged] });
  await nodes[2].handleDocuments(source([], [clash]));
  const labels = (names: SignedName[]) =>
    names.map(({ record }) => `${record.name}:${record.version}@${record.sequence}`).sort();
  assert.deepEqual(
    labels(await client.findNames({ name: 'digits' })),
    ['digits:1@1', 'digits:2@1', 'digits:2@2'],
    'contradictions are kept',
  );
  assert.deepEqual(labels(await client.findNames({})), [
    'digits:1@1',
    'digits:2@1',
    'digits:2@2',
    'volatility:1@1',
  ]);
  assert.deepEqual(await client.findNames({ owner: nodeKey().address }), []);
});

test('a listing is bounded', async (t) => {
  const { worker, client } = await testPair(t);
  const many = Array.from({ length: 400 }, (_, i) => nameOf(`model-${i}`));
  await worker.handleDocuments(source([], many));
  const found = await client.findNames({});
  assert.equal(found.length, 256);
});

test('a published name reaches those who listen; a forged one is not sent', async (t) => {
  const { client, nodes } = await scene(t);
  const heard = Promise.withResolvers<SignedName>();
  nodes[2].onName((record, name) => record.name === 'news' && heard.resolve(name));
  const name = nameOf('news');
  await assert.rejects(
    nodes[0].publishName({ ...name, record: { ...name.record, version: '2' } }),
    coded('DOCUMENT_REFUSED'),
  );
  const told = waitFor(
    async () =>
      nodes[0].publishName(name).then(() => Promise.race([heard.promise, Promise.resolve(undefined)])),
    {
      what: 'the name to be heard',
    },
  );
  assert.deepEqual(await told, name);
  assert.ok(client);
});

test('who holds a model is known from offers, and from the table', async (t) => {
  const first = await testNetwork(t, { dht: true });
  const host = await testNetwork(t, { dht: true, join: first.addresses() });
  const seeker = await testNetwork(t, { dht: true, join: first.addresses() });
  host.announce(testOffer({ holds: [id] }));
  await seeker.waitForOffer(({ node }) => node === host.self, { signal: AbortSignal.timeout(10_000) });
  assert.deepEqual(await seeker.findProviders(id, { signal: AbortSignal.timeout(10_000) }), [host.self]);

  const silent = modelId(manifestOf('told to the table alone'));
  const found = async () => {
    await host.provide(silent, { signal: AbortSignal.timeout(5_000) });
    return (await seeker.findProviders(silent, { signal: AbortSignal.timeout(5_000) })).includes(host.self);
  };
  assert.ok(await waitFor(found, { what: 'the table to tell', timeout: 20_000 }));
  await assert.rejects(host.provide('not an id'), coded('CID_INVALID'));
});
