import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCanonical, nodeKey } from '@isobit/core';
import { type Manifest, modelId, signManifest } from '@isobit/model';
import { createNodeApi } from '../src/index.ts';
import { code, json, type Route, serveFake } from './fake-node.ts';

const publisher = nodeKey(new Uint8Array(32).fill(3));
const manifest = (title: string): Manifest => ({
  isobit: 'manifest/1',
  title,
  format: 'onnx',
  task: 'other',
  files: [{ path: 'model.onnx', size: 1, root: '0'.repeat(64) }],
  entry: 'model.onnx',
  inputs: [],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [1] }],
  licence: 'MIT',
  publisher: publisher.address,
});
const send = (value: unknown) => json(new TextDecoder().decode(encodeCanonical(value)));

test('a coded error of the node is thrown as it is, with its status and when to ask again', async (t) => {
  const api = await serveFake(
    t,
    json({ code: 'JOB_BUSY', error: 'too much to do' }, 429, { 'retry-after': '3' }),
  );
  await assert.rejects(api.request('/jobs'), code('JOB_BUSY', { status: 429, retryAfterMs: 3_000 }));
});

test('a job error names its own wait, which counts more than the header in seconds', async (t) => {
  const body = { isobit: 'job-error/1', code: 'JOB_BUSY', message: 'busy', retryAfterMs: 40 };
  const api = await serveFake(t, json(body, 429, { 'retry-after': '1' }));
  await assert.rejects(api.request('/jobs'), code('JOB_BUSY', { retryAfterMs: 40 }));
});

for (const [what, body] of [
  ['HTML', '<html>not found</html>'],
  ['JSON of another kind', '["code"]'],
  ['null', 'null'],
  ['a code that is none', '{"code":7,"error":"x"}'],
  ['nothing', ''],
  ['megabytes', 'x'.repeat(3_000_000)],
] as const) {
  test(`an error that is ${what} says that this is no node`, async (t) => {
    const api = await serveFake(t, json(body, 502));
    await assert.rejects(api.request('/x'), code('NODE_PROTOCOL', { status: 502 }));
  });
}

test('a redirect is not followed', async (t) => {
  let asked = 0;
  const api = await serveFake(t, (_, response) => {
    asked++;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  await assert.rejects(api.request('/models'), /sent us elsewhere/);
  assert.equal(asked, 1);
});

test('nobody there is NODE_UNREACHABLE, and an abort is itself', async () => {
  const api = createNodeApi({ baseUrl: 'http://127.0.0.1:1' });
  await assert.rejects(api.request('/'), code('NODE_UNREACHABLE'));
  await assert.rejects(api.request('/', { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('the operator token goes along, and only there', async (t) => {
  const seen: (string | undefined)[] = [];
  const { baseUrl } = await serveFake(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  });
  await createNodeApi({ baseUrl, token: 'secret' }).request('/x');
  await createNodeApi({ baseUrl }).request('/x');
  assert.deepEqual(seen, ['Bearer secret', undefined]);
});

test('where a node does not answer the others are asked in turn, and the one that did is asked next', async (t) => {
  const seen: string[] = [];
  const route =
    (name: string): Route =>
    ({ headers }, response) => {
      seen.push(`${name} ${headers.authorization ?? 'nothing'}`);
      response.end('{}');
    };
  const [second, third] = [await serveFake(t, route('second')), await serveFake(t, route('third'))];
  const baseUrl = 'http://127.0.0.1:1';
  const others = [second.baseUrl, third.baseUrl];
  const api = createNodeApi({ baseUrl, others, token: 'secret' });
  await api.request('/x', { method: 'POST', body: 'once' });
  await api.request('/x');
  assert.deepEqual(seen, ['second nothing', 'second nothing'], 'the token is for the first alone');
  const nobody = createNodeApi({ baseUrl, others: ['http://127.0.0.1:2'] });
  await assert.rejects(nobody.request('/x'), code('NODE_UNREACHABLE'));
});

test('what a node refuses is asked of no other', async (t) => {
  let asked = 0;
  const refusing = await serveFake(t, json({ code: 'JOB_INPUT_INVALID', error: 'no' }, 400));
  const other = await serveFake(t, (_, response) => {
    asked++;
    response.end('{}');
  });
  const api = createNodeApi({ baseUrl: refusing.baseUrl, others: [other.baseUrl] });
  await assert.rejects(api.request('/jobs'), code('JOB_INPUT_INVALID'));
  assert.equal(asked, 0);
});

test('a model is resolved to the id that its manifest has', async (t) => {
  const api = await serveFake(t, send(signManifest(manifest('a'), publisher)));
  assert.equal((await api.resolve('a')).id, modelId(manifest('a')));
  assert.equal((await api.resolve(modelId(manifest('a')))).manifest.title, 'a');
});

test('another model than the id asked for is refused', async (t) => {
  const api = await serveFake(t, send(signManifest(manifest('b'), publisher)));
  await assert.rejects(api.resolve(modelId(manifest('a'))), code('NODE_PROTOCOL'));
});

test('a manifest that its publisher did not sign is refused', async (t) => {
  const stranger = nodeKey(new Uint8Array(32).fill(4));
  const forged = { ...signManifest(manifest('a'), publisher) };
  const other = signManifest({ ...manifest('a'), publisher: stranger.address }, stranger);
  const api = await serveFake(t, send({ ...forged, signature: other.signature }));
  await assert.rejects(api.resolve('a'), code('MANIFEST_SIGNATURE'));
});

test('workers are read for form', async (t) => {
  const worker = publisher.address;
  const offer = { worker, profiles: ['onnx-exact-1'], price: '0' };
  const good = await serveFake(t, json({ workers: [{ ...offer, latencyMs: 1.5, more: 1 }] }));
  assert.deepEqual(await good.workers('m'), [{ ...offer, latencyMs: 1.5 }]);
  for (const wrong of [
    {},
    { workers: 'none' },
    { workers: [{ ...offer, worker: 'x' }] },
    { workers: [{ ...offer, price: '-1' }] },
    { workers: [{ ...offer, profiles: [1] }] },
    { workers: [{ ...offer, latencyMs: 'fast' }] },
    { workers: [null] },
  ]) {
    const bad = await serveFake(t, json(wrong));
    await assert.rejects(bad.workers('m'), code('NODE_PROTOCOL'), JSON.stringify(wrong));
  }
});

test('evidence that is none is refused with the code of its form', async (t) => {
  const api = await serveFake(t, json({ isobit: 'evidence/2' }));
  await assert.rejects(api.evidence('0'.repeat(64)), code('DOCUMENT_UNKNOWN_VERSION'));
});
