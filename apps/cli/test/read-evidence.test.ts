import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { utf8 } from '@isobit/core';
import { tempDir } from '@isobit/testing';
import { evidenceAddress, readEvidence } from '../src/evidence/read-evidence.ts';

const digest = 'ab'.repeat(32);
const around = () => ({
  stdin: Readable.from([utf8('from '), utf8('stdin')]),
  signal: new AbortController().signal,
});

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a receipt page stands for the evidence that it shows', () => {
  const address = (text: string): string => evidenceAddress(new URL(text)).href;
  assert.equal(address(`https://a.example/r/${digest}`), `https://a.example/evidence/${digest}`);
  assert.equal(address(`https://a.example/sub/r/${digest}#x`), `https://a.example/sub/evidence/${digest}`);
  for (const other of [
    `https://a.example/r/${digest}0`,
    'https://a.example/r/',
    `https://a.example/evidence/${digest}`,
  ])
    assert.equal(address(other), other);
});

test('a file, standard input and an address give their bytes', async (t) => {
  const path = join(tempDir(t), 'x.isobit.json');
  writeFileSync(path, '{}');
  assert.deepEqual(await readEvidence(path, around()), utf8('{}'));
  assert.deepEqual(await readEvidence('-', around()), utf8('from stdin'));
  const url = await serve(t, (request, response) => response.end(request.url));
  assert.deepEqual(await readEvidence(`${url}/r/${digest}`, around()), utf8(`/evidence/${digest}`));
});

test('what a link holds is not asked of anybody', async () => {
  const link = `http://127.0.0.1:1/#e=${Buffer.from('{"isobit":"evidence/1"}').toString('base64url')}`;
  assert.deepEqual(await readEvidence(link, around()), utf8('{"isobit":"evidence/1"}'));
  await assert.rejects(readEvidence('https://a.example/#e=', around()), { code: 'CANONICAL_INVALID' });
  await assert.rejects(readEvidence(`#e=${'A'.repeat(50_000)}`, around()), { code: 'CANONICAL_INVALID' });
});

test('redirects are told and not followed', async (t) => {
  let asked = 0;
  const url = await serve(t, (_, response) => {
    asked++;
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  });
  await assert.rejects(readEvidence(`${url}/x`, around()), {
    code: 'EVIDENCE_UNREACHABLE',
    message: /redirects to http:\/\/169\.254\.169\.254\/: give that address/,
  });
  assert.equal(asked, 1);
});

test('an answer without evidence, one that breaks off, and nobody at all are told apart', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/404') response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': '10' }).write('{', () => response.destroy());
  });
  const rejects = (path: string, message: RegExp) =>
    assert.rejects(readEvidence(path, around()), { code: 'EVIDENCE_UNREACHABLE', message });
  await rejects(`${url}/404`, /answers 404/);
  await rejects(`${url}/cut`, /broke off/);
  await rejects('http://127.0.0.1:1/', /nobody answers/);
});

test('passwords in an address, and what is no address, are refused', async () => {
  for (const where of ['https://a:b@c.example/', 'http://'])
    await assert.rejects(readEvidence(where, around()), { code: 'USAGE' });
});

test('an abort ends the wait', async (t) => {
  const url = await serve(t, () => {});
  const controller = new AbortController();
  const waiting = readEvidence(url, { ...around(), signal: controller.signal });
  controller.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
});
