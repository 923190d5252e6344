import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeKey } from '@isobit/core';
import type { Runtime } from '@isobit/exact';
import { type Manifest, modelId, type SignedManifest, signManifest } from '@isobit/model';
import { fast, onnxExact, type Profile } from '@isobit/receipt';
import type { BlobFolder } from '@isobit/store';
import { waitFor } from '@isobit/testing';
import { createShelf } from '../../src/models/shelf.ts';

const key = nodeKey(new Uint8Array(32).fill(1));
const manifestOf = (title: string): Manifest => ({
  isobit: 'manifest/1',
  title,
  format: 'onnx',
  task: 'other',
  files: [{ path: 'model.onnx', size: 3, root: 'f'.repeat(64) }],
  entry: 'model.onnx',
  inputs: [],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [1] }],
  licence: 'MIT',
  publisher: key.address,
});
const { signal } = new AbortController();

function shelfOf({ maxLoaded = 1, native = false, holds = true, build = '', remote = '' } = {}) {
  const loads: string[] = [];
  const gone: string[] = [];
  const runtime = (profile: Profile): Runtime => ({
    profile,
    engine: { name: profile.name, version: '1' },
    takes: ({ format }) => format === 'onnx',
    async load({ manifest: { title } }) {
      loads.push(`${profile.name} ${title}`);
      return {
        ...(build === '' ? {} : { engine: { name: build, version: '2' } }),
        execute: () => Promise.reject(new Error('nothing is run here')),
        [Symbol.asyncDispose]: async () => void gone.push(title),
      };
    },
    [Symbol.asyncDispose]: async () => {},
  });
  const elsewhere: Runtime = {
    ...runtime(fast),
    engine: { name: 'remote', version: '1' },
    isRemote: true,
    takes: ({ title }) => title === remote,
  };
  const signed = new Map<string, SignedManifest>(
    ['a', 'b', 'c'].map(manifestOf).map((manifest) => [modelId(manifest), signManifest(manifest, key)]),
  );
  const shelf = createShelf({
    registry: { manifest: async (id) => signed.get(id), holds: async () => holds },
    blobs: {} as BlobFolder,
    runtimes: [runtime(onnxExact), ...(remote === '' ? [] : [elsewhere]), ...(native ? [runtime(fast)] : [])],
    mayRunNative: ({ title }) => title === 'a',
    maxLoaded,
  });
  return { shelf, loads, gone, id: (title: string) => modelId(manifestOf(title)) };
}

test('models stay loaded up to a number, and are listed', async () => {
  const { shelf, loads, gone, id } = shelfOf();
  for (const title of ['a', 'a', 'b']) {
    using borrowed = await shelf.borrow(id(title), onnxExact, signal);
    assert.equal(borrowed.engine.name, onnxExact.name);
  }
  assert.deepEqual(loads, ['onnx-exact-1 a', 'onnx-exact-1 b']);
  await waitFor(() => gone.includes('a'), { what: 'a to be unloaded' });
  assert.deepEqual(
    shelf.models().map(({ id, bytes }) => [id, bytes]),
    [[id('b'), 3]],
  );
});

test('the engine of a model is the build that runs it', async () => {
  const { shelf, id } = shelfOf({ build: 'wide' });
  using borrowed = await shelf.borrow(id('a'), onnxExact, signal);
  assert.deepEqual(borrowed.engine, { name: 'wide', version: '2' });
});

test('two who ask for one model at once load it once', async () => {
  const { shelf, loads, id } = shelfOf();
  await Promise.all([1, 2, 3].map(() => shelf.borrow(id('a'), onnxExact, signal)));
  assert.equal(loads.length, 1);
});

test('a model that is not here, and a profile that does not run here', async () => {
  const { shelf, id } = shelfOf();
  await assert.rejects(shelf.borrow('unknown', onnxExact, signal), { code: 'JOB_MODEL_UNKNOWN' });
  await assert.rejects(shelf.borrow(id('a'), fast, signal), { code: 'JOB_PROFILE_UNSUPPORTED' });
  const empty = shelfOf({ holds: false });
  await assert.rejects(empty.shelf.borrow(id('a'), onnxExact, signal), { code: 'JOB_MODEL_UNKNOWN' });
});

test('native runs are offered for what the operator allowed, and for nothing else', () => {
  const { shelf } = shelfOf({ native: true });
  assert.deepEqual(shelf.profilesOf(manifestOf('a')), ['onnx-exact-1', 'fast']);
  assert.deepEqual(shelf.profilesOf(manifestOf('b')), ['onnx-exact-1']);
});

test('a model that runs elsewhere is borrowed and offered without its bytes, and goes before native code', async () => {
  const remote = shelfOf({ native: true, holds: false, remote: 'b' });
  using borrowed = await remote.shelf.borrow(remote.id('b'), fast, signal);
  assert.equal(borrowed.engine.name, 'remote');
  await assert.rejects(remote.shelf.borrow(remote.id('b'), onnxExact, signal), { code: 'JOB_MODEL_UNKNOWN' });
  await assert.rejects(remote.shelf.borrow(remote.id('a'), fast, signal), { code: 'JOB_MODEL_UNKNOWN' });
  assert.deepEqual(remote.shelf.profilesOf(manifestOf('b')), ['onnx-exact-1', 'fast']);
  assert.deepEqual(remote.shelf.profilesOf(manifestOf('c')), ['onnx-exact-1']);
});

test('a dropped model is unloaded', async () => {
  const { shelf, gone, id } = shelfOf();
  (await shelf.borrow(id('a'), onnxExact, signal))[Symbol.dispose]();
  await shelf.drop(id('a'));
  assert.deepEqual([gone, shelf.models()], [['a'], []]);
});
