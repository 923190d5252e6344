import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { bearerToken, operatorToken, tokenCheck } from '../../src/index.ts';
import { codeOf } from '../fake-node.ts';

const token = 'an-operator-token-of-32-letters!';
const other = 'another-key-of-thirty-two-chars!';
const app = new Hono()
  .use('/api', operatorToken({ token }))
  .use('/jobs', bearerToken({ tokens: [other, token] }))
  .get('*', (c) => c.text('inside'));

const ask = (path: string, authorization?: string) =>
  app.request(path, { headers: authorization === undefined ? {} : { authorization } });

test('a token may come as clients of Anthropic send theirs; a bearer counts first', () => {
  const passes = tokenCheck({ tokens: ['k'.repeat(32)] });
  const key = { 'x-api-key': 'k'.repeat(32) };
  assert.equal(passes(new Headers(key)), true);
  assert.equal(passes(new Headers({ 'x-api-key': 'l'.repeat(32) })), false);
  assert.equal(passes(new Headers({ ...key, authorization: 'Bearer wrong' })), false);
});

test('the token opens the route, whatever the case of its scheme', async () => {
  for (const scheme of ['Bearer', 'bearer'])
    assert.equal((await ask('/api', `${scheme} ${token}`)).status, 200);
});

test('each of several keys opens its route', async () => {
  for (const key of [token, other]) assert.equal((await ask('/jobs', `Bearer ${key}`)).status, 200);
  assert.equal(await codeOf(await ask('/api', `Bearer ${other}`)), '401 TOKEN_REQUIRED');
});

const refused: Record<string, string | undefined> = {
  'no header': undefined,
  'an empty header': '',
  'another scheme': `Basic ${token}`,
  'the token without a scheme': token,
  'an empty token': 'Bearer ',
  'the beginning of the token': `Bearer ${token.slice(0, -1)}`,
  'more than the token': `Bearer ${token}x`,
  'the token in other case': `Bearer ${token.toUpperCase()}`,
  'a token of a megabyte': `Bearer ${'x'.repeat(1_000_000)}`,
};

for (const [what, authorization] of Object.entries(refused)) {
  test(`${what} is refused, and told what is wanted`, async () => {
    const response = await ask('/api', authorization);
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/);
    assert.equal(await codeOf(response), '401 TOKEN_REQUIRED');
  });
}

test('tokens that are absent or can be guessed are no options', () => {
  assert.throws(() => bearerToken({ tokens: [] }), RangeError);
  assert.throws(() => operatorToken({ token: '' }), RangeError);
  assert.throws(() => operatorToken({ token: 'secret' }), RangeError);
});
