import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeEvidence, type Evidence, encodeEvidence, receiptDigest } from '@isobit/receipt';
import { repositoryPath } from '@isobit/testing';
import { Hono } from 'hono';
import { createAccess } from '../../src/http/access.ts';
import { errorAnswer } from '../../src/http/error-answer.ts';
import { receiptRoutes } from '../../src/http/routes/public/receipts.ts';
import { openKeyRing } from '../../src/keys/key-ring.ts';
import type { NodeParts } from '../../src/parts.ts';
import { keysInMemory } from '../keys/keys-in-memory.ts';
import { told } from '../support.ts';

const operatorToken = 'a'.repeat(64);
const key = 'k'.repeat(32);
let now = 1_000_000;
const ring = await openKeyRing({
  keys: keysInMemory(),
  report: () => {},
  now: () => now,
  clock: () => now,
});
const access = createAccess({ keys: [key], operatorToken, ring });

/** Evidence with a request and a response, from the spec's vectors. */
function disclosed(): Evidence {
  const folder = repositoryPath('specs/vectors/evidence/valid');
  for (const name of readdirSync(folder)) {
    const { bytes, text = bytes } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<
      string,
      unknown
    >;
    const raw = typeof text === 'string' ? text : JSON.stringify(text);
    const evidence = tryDecode(raw);
    if (evidence?.request && evidence.response) return evidence;
  }
  throw new Error('no vector discloses a request and a response');
}
function tryDecode(text: string): Evidence | undefined {
  for (const bytes of [Buffer.from(text), Buffer.from(text, 'hex'), Buffer.from(text, 'base64')]) {
    try {
      return decodeEvidence(bytes);
    } catch {
      // another spelling
    }
  }
  return undefined;
}

const evidence = disclosed();
const digest = receiptDigest(evidence.receipt);
const app = new Hono();
app.onError((error) => errorAnswer(error, () => {}));
receiptRoutes(
  app,
  {
    receipts: { get: async () => undefined, foreignPlace: () => undefined },
    evidence: { get: async (asked: string) => (asked === digest ? encodeEvidence(evidence) : undefined) },
    registry: { manifest: async () => undefined },
  } as unknown as NodeParts,
  access,
);
app.get('/job', access.keyForStrangers, (c) => c.text('done'));
app.get('/v1/job', access.keyForStrangers, (c) => c.text(access.askerOf(c).id));

/** Asks as if from an address. */
const from = (remoteAddress: string | undefined, path: string, headers: Record<string, string> = {}) =>
  app.request(
    path,
    { headers: { host: '127.0.0.1:4620', ...headers } },
    { incoming: { socket: { remoteAddress, remotePort: 1, remoteFamily: 'IPv4' } } },
  );
const seen = async (answer: Response | Promise<Response>): Promise<string[]> =>
  Object.keys((await (await answer).json()) as object).sort();

const everything = Object.keys(evidence).sort();
const open = everything.filter((name) => !['request', 'response', 'trace'].includes(name));

test('content is shown on this machine and to the operator, and to nobody else', async () => {
  const path = `/evidence/${digest}`;
  for (const local of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
    assert.deepEqual(await seen(from(local, path)), everything, local);
  for (const remote of ['8.8.8.8', '192.168.1.7', '::ffff:10.0.0.1', 'fe80::1', '128.127.0.0', undefined])
    assert.deepEqual(await seen(from(remote, path)), open, String(remote));
  const authorization = `Bearer ${operatorToken}`;
  assert.deepEqual(await seen(from('8.8.8.8', path, { authorization })), everything);
  assert.deepEqual(await seen(from('8.8.8.8', path, { authorization: `Bearer ${key}` })), open);
});

test('what a proxy on this machine hands on is not from this machine', async () => {
  const path = `/evidence/${digest}`;
  for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip'])
    assert.deepEqual(await seen(from('127.0.0.1', path, { [header]: '8.8.8.8' })), open, header);
  assert.deepEqual(await seen(from('127.0.0.1', path, { host: 'node.example' })), open);
});

test('a receipt that is not here is unknown, whoever asks', async () => {
  assert.deepEqual(await told(from('127.0.0.1', `/evidence/${'0'.repeat(64)}`)), [404, 'RECEIPT_UNKNOWN']);
  assert.deepEqual(await told(from('8.8.8.8', '/evidence/..')), [404, undefined]);
});

test('jobs are free on this machine and cost strangers a key', async () => {
  assert.equal((await from('127.0.0.1', '/job')).status, 200);
  assert.deepEqual(await told(from('8.8.8.8', '/job')), [401, 'TOKEN_REQUIRED']);
  assert.deepEqual(await told(from('8.8.8.8', '/job', { authorization: 'Bearer wrong' })), [
    401,
    'TOKEN_REQUIRED',
  ]);
  for (const token of [key, operatorToken])
    assert.equal((await from('8.8.8.8', '/job', { authorization: `Bearer ${token}` })).status, 200);
});

test('everybody on this machine is one asker, and each key from elsewhere another', async () => {
  const asker = async (address: string, token: string) =>
    (await from(address, '/v1/job', { authorization: `Bearer ${token}` })).text();
  assert.equal(await asker('127.0.0.1', 'anything'), 'local');
  const [mine, theirs] = [await asker('8.8.8.8', key), await asker('8.8.8.8', operatorToken)];
  assert.equal(await asker('9.9.9.9', key), mine);
  assert.equal(new Set([mine, theirs, 'local']).size, 3);
  assert.ok(!mine.includes(key));
});

test('who is refused on a route of an API is told so in its shape', async () => {
  const refused = await from('8.8.8.8', '/v1/job');
  const { error } = (await refused.json()) as { error: { type: string; code: string; message: string } };
  assert.deepEqual(
    [refused.status, error.type, error.code],
    [401, 'authentication_error', 'invalid_api_key'],
  );
  assert.match(error.message, /needs a token: .* a key that the node's operator made/);
});

test('a key of the ring lets strangers in until its time, and is an asker of its own', async () => {
  const { secret } = await ring.create({ name: 'short', lifetimeMs: 1_000, concurrent: 2 });
  const authorization = `Bearer ${secret}`;
  assert.equal((await from('8.8.8.8', '/job', { authorization })).status, 200);
  assert.equal((await from('8.8.8.8', '/job', { 'x-api-key': secret })).status, 200);
  const other = `Bearer ${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
  assert.deepEqual(await told(from('8.8.8.8', '/job', { authorization: other })), [401, 'TOKEN_REQUIRED']);
  const asker = await (await from('8.8.8.8', '/v1/job', { authorization })).text();
  assert.ok(asker.startsWith('key ') && !asker.includes(secret));
  now += 1_000;
  assert.deepEqual(await told(from('8.8.8.8', '/job', { authorization })), [401, 'KEY_EXPIRED']);
  const refused = await from('8.8.8.8', '/v1/job', { authorization });
  const { error } = (await refused.json()) as { error: { code: string } };
  assert.deepEqual(
    [refused.status, error.code, refused.headers.get('www-authenticate')],
    [401, 'invalid_api_key', 'Bearer realm="isobit"'],
  );
});

test('a key that was removed lets nobody in', async () => {
  const { secret } = await ring.create({ name: 'gone' });
  const authorization = `Bearer ${secret}`;
  assert.equal((await from('8.8.8.8', '/job', { authorization })).status, 200);
  await ring.remove('gone');
  assert.deepEqual(await told(from('8.8.8.8', '/job', { authorization })), [401, 'TOKEN_REQUIRED']);
});

test('a key that can be guessed is refused when the node starts', () => {
  assert.throws(() => createAccess({ keys: ['short'], operatorToken, ring }), RangeError);
});
