import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { createNodeApi } from '@isobit/client';
import { ask, modelList } from '../../src/nodes/answers.ts';
import { nodeUrl } from '../../src/nodes/find-node.ts';
import { freePort, isFree } from '../../src/nodes/free-port.ts';
import { parseSize } from '../../src/nodes/parse-size.ts';
import { pullEvents } from '../../src/nodes/pull-events.ts';
import { followsPrivate } from '../../src/nodes/status.ts';

test('an address may leave out http', () => {
  assert.equal(nodeUrl('127.0.0.1:4620'), 'http://127.0.0.1:4620');
  assert.equal(nodeUrl('https://a.example/isobit/'), 'https://a.example/isobit');
});

test('what is no base address is refused', () => {
  for (const text of ['', 'ftp://a', 'http://u:p@a', 'http://a?x', 'http://a#x', 'file:///etc'])
    assert.throws(() => nodeUrl(text), { code: 'USAGE' }, text);
});

test('sizes are decimal', () => {
  assert.deepEqual(
    ['0', '500MB', '20GB', '1.5g', '2TiB'].map((text) => parseSize(text, 'x')),
    [0, 5e8, 2e10, 1.5e9, 2e12],
  );
  for (const text of ['', '-1', 'many', '1e9', '1 EB'])
    assert.throws(() => parseSize(text, 'x'), { code: 'USAGE' }, text);
});

test('a port that is taken is passed over', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  assert.equal(await isFree('127.0.0.1', port), false);
  assert.ok((await freePort('127.0.0.1', port)) > port);
});

const api = (body: string) =>
  createNodeApi({ baseUrl: 'http://node', fetch: async () => new Response(body) });
const drain = async (body: string): Promise<object[]> =>
  Array.fromAsync(pullEvents(api(body), 'x', new AbortController().signal));

test('answers of another form are refused by the member', async () => {
  const rejects = (body: string, message: RegExp) =>
    assert.rejects(ask(api(body), '/models', modelList), { code: 'NODE_PROTOCOL', message });
  await rejects('{"models":[{"id":1}]}', /models\.0\.id/);
  await rejects('[]', /another form/);
  await rejects('<html>', /no JSON/);
  await rejects(`"${'x'.repeat(5_000_000)}"`, /longer than/);
});

test('a pull gives its events, whatever newer ones hold', async () => {
  const events = await drain(
    '{"event":"start","id":"b","size":3,"more":1}\n\n{"event":"done","id":"b","fetched":3}\n{"event":"never"}\n',
  );
  assert.deepEqual(events, [
    { event: 'start', id: 'b', size: 3 },
    { event: 'done', id: 'b', fetched: 3 },
  ]);
});

test('a pull that fails, breaks off or speaks nonsense is told apart', async () => {
  await assert.rejects(drain('{"event":"error","code":"PULL_FAILED","error":"nobody"}\n'), {
    code: 'PULL_FAILED',
    message: 'nobody',
  });
  await assert.rejects(drain('{"event":"start","id":"b","size":3}\n'), {
    code: 'NODE_PROTOCOL',
    message: /without a result/,
  });
  await assert.rejects(drain('{"event":"start","id":"b","size":-3}\n'), { code: 'NODE_PROTOCOL' });
  await assert.rejects(drain('x'.repeat(300_000)), { code: 'NODE_PROTOCOL', message: /a line of more/ });
});

test('announced private addresses are followed only by a node that is on loopback alone', () => {
  const at = (...addresses: string[]) =>
    followsPrivate({ addresses } as unknown as Parameters<typeof followsPrivate>[0]);
  assert.equal(at('/ip4/127.0.0.1/tcp/1/p2p/16'), true);
  assert.equal(at('/ip4/127.0.0.1/tcp/1', '/ip4/192.168.1.2/tcp/1'), false);
  assert.equal(at(), false);
  assert.equal(followsPrivate(undefined), false);
});
