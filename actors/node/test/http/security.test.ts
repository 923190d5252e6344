import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startNode, type TestNode, told } from '../support.ts';

describe('who may ask', () => {
  const ends: (() => unknown)[] = [];
  let node: TestNode;
  before(async () => {
    node = await startNode({ after: (hook) => ends.unshift(hook) }, { roles: ['host', 'gateway'] });
  });
  after(async () => {
    for (const end of ends) await end();
  });

  /** `fetch` sets Host itself. */
  async function withHost(host: string): Promise<[number | undefined, string]> {
    const sent = request(`${node.url}/v2/health/live`, { headers: { host } }).end();
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    return [response.statusCode, String(await response.setEncoding('utf8').toArray())];
  }

  test('a rebound name reaches nothing', async () => {
    const { port } = new URL(node.url);
    assert.equal((await withHost(`localhost:${port}`))[0], 200);
    const [status, body] = await withHost(`evil.example:${port}`);
    assert.equal(status, 421);
    assert.match(body, /HOST_REFUSED/);
  });

  test('a page of another origin reaches nothing, the own page does', async () => {
    const ask = (origin: string) => fetch(`${node.url}/v2/models`, { headers: { origin } });
    assert.deepEqual(await told(ask('https://evil.example')), [403, 'ORIGIN_REFUSED']);
    assert.deepEqual(await told(ask('null')), [403, 'ORIGIN_REFUSED']);
    assert.equal((await ask(node.url)).status, 200);
  });

  test('the operator routes need the token, each of them', async () => {
    const routes: [string, string][] = [
      ['GET', '/api/status'],
      ['PUT', '/api/blobs'],
      ['POST', '/api/models'],
      ['GET', '/api/models'],
      ['DELETE', '/api/models/x'],
      ['POST', '/api/replicate'],
      ['PUT', '/api/evidence'],
      ['GET', '/api/names'],
      ['GET', '/api/keys'],
      ['POST', '/api/keys'],
      ['DELETE', '/api/keys/a'],
      ['PUT', '/api/petnames/a'],
      ['GET', '/api/nothing'],
    ];
    for (const [method, path] of routes) {
      const body = ['PUT', 'POST'].includes(method) ? '{}' : null;
      for (const headers of [{}, { authorization: `Bearer ${'0'.repeat(64)}` }])
        assert.deepEqual(
          await told(fetch(`${node.url}${path}`, { method, headers, body })),
          [401, 'TOKEN_REQUIRED'],
          `${method} ${path}`,
        );
    }
    assert.equal((await node.api.request('/api/status')).status, 200);
  });

  test('of the routes that Ollama has too, the operator alone gets his own', async () => {
    const ps = async (authorization: string): Promise<string[]> =>
      Object.keys(
        (await (await fetch(`${node.url}/api/ps`, { headers: { authorization } })).json()) as object,
      );
    assert.deepEqual(await ps(`Bearer ${node.node.operatorToken}`), ['loaded', 'jobs']);
    assert.deepEqual(
      await ps(`Bearer ${'0'.repeat(64)}`),
      ['models'],
      'neither jobs nor what is no language model',
    );
    const pull = fetch(`${node.url}/api/pull`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"ref":"x"}',
    });
    assert.deepEqual(await told(pull), [400, 'API_MALFORMED'], 'a pull of ours is none of Ollama');
  });

  test('every route that the document lists exists', async () => {
    const document = (await (await fetch(`${node.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
    };
    assert.match(document.openapi, /^3\.1/);
    const headers = { authorization: `Bearer ${node.node.operatorToken}` };
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods).filter((name) => /^(get|post|put|delete)$/.test(name))) {
        const filled = path.replace(/\{\w+\}/g, 'x');
        const body = ['put', 'post'].includes(method) && !path.endsWith('/blobs') ? '{}' : null;
        const [, code] = await told(
          fetch(`${node.url}${filled}`, { method: method.toUpperCase(), headers, body }),
        );
        assert.notEqual(code, 'ROUTE_UNKNOWN', `${method} ${path}`);
      }
    }
  });

  test('metrics are in the form of Prometheus', async () => {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    assert.match(text, /^isobit_log_entries 0$/m);
    assert.match(text, /^isobit_signing 0$/m, 'a node that is no worker signs nothing');
  });
});

test('options that can not be are refused as such', async (t) => {
  const http = { host: '127.0.0.1', port: 0 };
  const roles = ['gateway'] as const;
  await assert.rejects(startNode(t, { http, roles, keys: ['short'] }), { code: 'OPTION_INVALID' });
  await assert.rejects(startNode(t, { http, roles, origins: ['ftp://x'] }), { code: 'OPTION_INVALID' });
});
