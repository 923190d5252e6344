import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { originCheck } from '../../src/index.ts';
import { codeOf } from '../fake-node.ts';

const HOST = 'localhost:8080';
const allowed = ['https://app.example', 'http://dev.example:3000/'];

function ask(origin: string | undefined, init: RequestInit = {}) {
  let reached = 0;
  const app = new Hono().use(originCheck({ origins: allowed })).all('/', (c) => {
    reached++;
    return c.text('inside');
  });
  const headers = {
    host: HOST,
    ...(origin === undefined ? {} : { origin }),
    ...(init.headers as Record<string, string>),
  };
  return Promise.resolve(app.request(`http://${HOST}/`, { ...init, headers })).then((response) => ({
    response,
    reached,
  }));
}

test('programs, which send no origin, pass', async () => {
  const { response } = await ask(undefined);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('access-control-allow-origin'), null);
});

test('the node’s own page passes, behind a proxy that adds TLS too', async () => {
  for (const origin of [`http://${HOST}`, `https://${HOST}`]) {
    assert.equal((await ask(origin, { method: 'POST' })).reached, 1, origin);
  }
});

test('an allowed page passes and may read the headers that matter', async () => {
  for (const origin of ['https://app.example', 'http://dev.example:3000']) {
    const { response, reached } = await ask(origin, { method: 'POST' });
    assert.equal(reached, 1);
    assert.equal(response.headers.get('access-control-allow-origin'), origin);
    assert.equal(response.headers.get('vary'), 'Origin');
    assert.match(response.headers.get('access-control-expose-headers') ?? '', /Isobit-Receipt/);
  }
});

test('a preflight of an allowed page is answered here, consent for a local node included', async () => {
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-private-network': 'true' } };
  const { response, reached } = await ask('https://app.example', preflight);
  assert.equal(response.status, 204);
  assert.equal(reached, 0);
  assert.equal(response.headers.get('access-control-allow-origin'), 'https://app.example');
  assert.match(response.headers.get('access-control-allow-headers') ?? '', /Authorization/);
  assert.equal(response.headers.get('access-control-allow-private-network'), 'true');
  assert.equal(response.headers.get('access-control-allow-credentials'), null);
});

test('a page may send what clients of other APIs say of themselves, and nothing else that it asks for', async () => {
  const { response } = await ask('https://app.example', {
    method: 'OPTIONS',
    headers: {
      'access-control-request-headers':
        'authorization, x-stainless-lang, OpenAI-Organization, cookie, x-secret',
    },
  });
  const allowedNow = response.headers.get('access-control-allow-headers') ?? '';
  assert.match(allowedNow, /, x-stainless-lang, openai-organization$/);
  assert.doesNotMatch(allowedNow, /cookie|secret/);
});

const refused: Record<string, string> = {
  'another site': 'https://attacker.example',
  'the origin null': 'null',
  'an empty origin': '',
  'another port of this machine': 'http://localhost:3000',
  'an allowed name with another scheme': 'http://app.example',
  'an allowed name with another port': 'https://app.example:8443',
  'a name that begins like an allowed one': 'https://app.example.attacker.example',
  'an allowed origin with a path': 'https://app.example/',
  'a user before our name': `http://x@${HOST}`,
  'a file': 'file://',
  'an extension': 'chrome-extension://abcdefghijklmnop',
};

for (const [what, origin] of Object.entries(refused)) {
  test(`${what} is refused before any route sees it, and so is its preflight`, async () => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const { response, reached } = await ask(origin, { method });
      assert.equal(reached, 0);
      assert.equal(response.headers.get('access-control-allow-origin'), null);
      assert.equal(await codeOf(response), '403 ORIGIN_REFUSED');
    }
  });
}

test('a page whose own name was rebound is not the node’s page by that name alone', async () => {
  const headers = { host: 'rebound.example', origin: 'http://rebound.example' };
  const app = new Hono().use(originCheck({})).get('/', (c) => c.text('inside'));
  // Origin and Host agree: that is why hostCheck comes first.
  assert.equal((await app.request('/', { headers })).status, 200);
});

test('what is no origin of web pages cannot be allowed', () => {
  for (const origin of ['null', '*', 'file:///page.html', ''])
    assert.throws(() => originCheck({ origins: [origin] }), TypeError);
});
