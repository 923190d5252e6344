import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames } from '../src/nearest.ts';
import { codeOf, echo, gatewayOf, honest, json, onnxExact, two, zoo } from './fake-node.ts';

const app = gatewayOf(honest());
const get = async (path: string) => (await app.request(path)).json();
const notReady = { readiness: { isReady: async () => false } };

test('the server tells its name, version and extensions', async () => {
  assert.deepEqual(await get('/v2'), {
    name: 'isobit',
    version: '0.1.0',
    extensions: ['binary_tensor_data', 'isobit'],
  });
});

test('live is live; ready is 503 while it is not', async () => {
  assert.deepEqual(await get('/v2/health/live'), { live: true });
  assert.deepEqual(await get('/v2/health/ready'), { ready: true });
  const response = await gatewayOf(honest(), notReady).request('/v2/health/ready');
  assert.equal(response.status, 503);
  assert.deepEqual(await response.json(), { ready: false });
});

const metadata = (name: string) => ({
  name,
  versions: ['1', '2'],
  platform: 'onnx',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  isobit: {
    id: echo.id,
    publisher: echo.manifest.publisher,
    profile: onnxExact.name,
    title: 'Echo',
    licence: 'Apache-2.0',
  },
});

test('a model is found by id, name, owner/name and version', async () => {
  for (const name of [echo.id, 'echo', 'alice/echo', 'echo:2']) {
    const path = `/v2/models/${encodeURIComponent(name)}`;
    assert.deepEqual(await get(path), metadata(name), name);
    assert.deepEqual(await get(`${path}/ready`), { name, ready: true });
  }
  assert.deepEqual(await get('/v2/models/echo/versions/1'), metadata('echo'));
  assert.deepEqual(await get(`/v2/models/${echo.id}/versions/2`), metadata(echo.id));
  assert.equal((await app.request('/v2/models/echo')).headers.get('isobit-model'), echo.id);
});

test('a version is part of the answer to an inference', async () => {
  const response = await app.request('/v2/models/echo/versions/1/infer', json(two));
  assert.equal(((await response.json()) as { model_version: string }).model_version, '1');
});

test('an unknown model or version is 404 and names what looks like it', async () => {
  for (const path of [
    '/v2/models/ecko',
    '/v2/models/ecko/ready',
    '/v2/models/echo/versions/7',
    `/v2/models/${echo.id}/versions/1`,
  ]) {
    assert.equal(await codeOf(await app.request(path)), '404 MODEL_UNKNOWN', path);
  }
  const error = (await get('/v2/models/ecko')) as { error: string; nearest: string[] };
  assert.deepEqual(error.nearest, ['alice/echo']);
  assert.match(error.error, /did you mean alice\/echo\?/);
  assert.match(((await get('/v2/models/resnet')) as { error: string }).error, /GET \/v2\/models/);
});

test('a name of several keys is 409 and lists them', async () => {
  const response = await app.request('/v2/models/twice/infer', json(two));
  assert.equal(response.status, 409);
  const { code, keys } = (await response.json()) as { code: string; keys: string[] };
  assert.equal(code, 'NAME_CLASH');
  assert.deepEqual(keys, [`0x${'0'.repeat(40)}`, `0x${'1'.repeat(40)}`]);
});

test('what is no reference, and two versions at once, are 400', async () => {
  assert.equal(await codeOf(await app.request('/v2/models/..%2F..%2Fetc')), '400 REF_INVALID');
  assert.equal(await codeOf(await app.request('/v2/models/%ff')), '400 REF_INVALID');
  assert.equal(await codeOf(await app.request('/v2/models/echo:1/versions/2')), '400 PARAMETER_INVALID');
});

test('a fault of the catalogue is 500 without internals', async () => {
  const response = await app.request('/v2/models/broken');
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret/);
});

test('models are listed in both ways', async () => {
  assert.deepEqual(await get('/v2/models'), {
    models: [
      { name: 'alice/echo', id: echo.id, title: 'Echo', versions: ['1', '2'] },
      { name: 'zoo', id: zoo.id, title: 'Zoo', versions: ['1'] },
    ],
  });
  const index = await (await app.request('/v2/repository/index', { method: 'POST' })).json();
  assert.deepEqual(index, [
    { name: 'alice/echo', version: '2', state: 'READY', reason: '' },
    { name: 'zoo', version: '1', state: 'READY', reason: '' },
  ]);
  const idle = await gatewayOf(honest(), notReady).request('/v2/repository/index', { method: 'POST' });
  assert.equal(((await idle.json()) as { state: string }[])[0]?.state, 'UNAVAILABLE');
});

test('what has no route is 404 and says where routes are listed', async () => {
  assert.equal(await codeOf(await app.request('/v3/models')), '404 ROUTE_UNKNOWN');
  assert.equal(await codeOf(await app.request('/v2/models/echo/infer')), '404 ROUTE_UNKNOWN');
});

test('nearest names are near, few and in order', () => {
  const names = ['digits', 'digit', 'alice/digits', 'volatility', 'gidits'];
  assert.deepEqual(nearestNames('digits:9', names), ['alice/digits', 'digits', 'digit']);
  assert.deepEqual(nearestNames('completely-other', names), []);
  assert.deepEqual(nearestNames('x'.repeat(100_000), names), []);
});
