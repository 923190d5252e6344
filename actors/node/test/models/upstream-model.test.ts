import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeKey } from '@isobit/core';
import { openManifest, openName, parseRef, type SignedManifest, type SignedName } from '@isobit/model';
import { createMemoryBlobs } from '@isobit/store/memory';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { type Publication, signPublication } from '../../src/models/publish.ts';
import type { Registry } from '../../src/models/registry.ts';
import { publishUpstream, upstreamName } from '../../src/models/upstream-model.ts';

test("a server's name becomes one that clients can write", () => {
  for (const [model, expected] of [
    ['llama3.2:3b', { name: 'llama3.2', version: '3b' }],
    ['qwen2.5-coder:7b-instruct-Q4_K_M', { name: 'qwen2.5-coder', version: '7b-instruct-q4_k_m' }],
    ['meta-llama/Llama-3.1-8B', { name: 'meta-llama-llama-3.1-8b' }],
    ['hf.co/ORG/REPO:Q8_0', { name: 'hf.co-org-repo', version: 'q8_0' }],
    ['http://a/b', { name: 'http-a-b' }],
    ['/models/a.gguf', { name: 'models-a.gguf' }],
    ['x:', { name: 'x' }],
    [':x', { name: 'x' }],
    ['模型', { name: 'model' }],
    ['a'.repeat(100), { name: 'a'.repeat(64) }],
  ] as const)
    assert.deepEqual(upstreamName(model), expected, model);
});

test('whatever a server calls its model, the name is one', () =>
  forAll([fc.string({ unit: 'binary', minLength: 1 })], (model) => {
    const { name, version } = upstreamName(model);
    assert.deepEqual(parseRef(version === undefined ? name : `${name}:${version}`).kind, 'name');
  }));

/** What a node has published, in memory. */
function publisher() {
  const key = nodeKey(new Uint8Array(32).fill(1));
  const manifests = new Map<string, SignedManifest>();
  const names: SignedName[] = [];
  const publish = async (publication: Publication) => {
    const records = names.map(openName).filter(({ name }) => name === publication.name);
    const { id, signed, named } = signPublication(publication, { key, records, now: 1 });
    manifests.set(id, signed);
    names.push(named);
    return { id, signed, manifest: openManifest(signed).manifest, versions: [] };
  };
  const registry: Pick<Registry, 'publish' | 'manifest' | 'namesFor'> = {
    publish,
    manifest: async (id) => manifests.get(id),
    namesFor: async ({ name }) => names.filter((signed) => openName(signed).name === name),
  };
  const parts = { key, registry, blobs: createMemoryBlobs() };
  return {
    publish,
    named: () => names.map(openName).map(({ name, version }) => `${name}:${version}`),
    serve: (model: string, embeds = false) => publishUpstream({ model, embeds }, parts),
  };
}

test('a name of a server is published once', async () => {
  const { serve, named } = publisher();
  const first = await serve('llama3.2:3b');
  assert.deepEqual([first.manifest.title, first.manifest.format], ['llama3.2:3b', 'upstream']);
  assert.equal((await serve('llama3.2:3b')).id, first.id);
  assert.deepEqual(named(), ['llama3.2:3b']);
});

test('what would have the name of another gets a version of its own', async () => {
  const { serve, named } = publisher();
  const ids = [await serve('A:x'), await serve('a:x'), await serve('a:x', true), await serve('a')].map(
    ({ id }) => id,
  );
  assert.equal(new Set(ids).size, 4);
  assert.deepEqual(named(), ['a:x', 'a:1', 'a:2', 'a:3']);
  assert.equal((await serve('a:x', true)).id, ids[2]);
});

test('no model of a server takes the name of one with weights', async () => {
  const { publish, serve, named } = publisher();
  const manifest = {
    title: 'Storyteller',
    format: 'gguf',
    task: 'text-generation',
    files: [{ path: 'a.gguf', size: 1, root: 'f'.repeat(64) }],
    entry: 'a.gguf',
    inputs: [],
    outputs: [],
    licence: 'MIT',
  } as const;
  await publish({
    name: 'story',
    manifest: { ...manifest, files: [...manifest.files], inputs: [], outputs: [] },
  });
  await assert.rejects(serve('story:big'), { code: 'VERSION_TAKEN' });
  assert.deepEqual(named(), ['story:1']);
});
