import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Answer } from '@isobit/client';
import type { CodedError } from '@isobit/core';
import { encodeEvidence, networkId, openGenesis } from '@isobit/receipt';
import { type Trust, verify } from '@isobit/verify';
import { codeOf } from '../raw-http.ts';
import { createScene, type Scene } from '../scene.ts';
import { type Asking, createAsking } from './asking.ts';

describe('evidence and checkpoints of strangers', () => {
  let scene: Scene;
  let asking: Asking;
  let http: string;

  before(async () => {
    scene = await createScene();
    asking = createAsking(scene);
    http = scene.first.http;
  });
  after(() => scene[Symbol.asyncDispose]());

  test('routes of the operator need its token, and evidence of strangers is read with care', async () => {
    const bare = await fetch(`${http}/api/status`);
    assert.deepEqual([bare.status, codeOf(await bare.text())], [401, 'TOKEN_REQUIRED']);
    const put = (body: string): Promise<string> =>
      scene.operator.json('/api/evidence', { method: 'PUT', body }).then(
        () => 'taken',
        (error: CodedError) => error.code,
      );
    const { evidence } = await asking.goesOn();
    const text = Buffer.from(encodeEvidence(evidence)).toString();
    assert.equal(await put(text.replace('evidence/1', 'evidence/9')), 'DOCUMENT_UNKNOWN_VERSION');
    assert.equal(await put(text.replace('{', '{"surprise":1,')), 'DOCUMENT_INVALID');
    assert.equal(await put(`[${text}`), 'CANONICAL_INVALID');
    assert.equal(await put(text), 'taken');
  });

  test('evidence that was tampered with is refused for the reason', async () => {
    const first = await asking.goesOn();
    const second = await asking.goesOn(100);
    const { evidence } = second;
    const trust: Trust = { network: networkId(openGenesis), now: Date.now() };
    const refusal = (changes: object, trusted: Partial<Trust> = {}): string =>
      verify(Buffer.from(JSON.stringify({ ...parsed(evidence), ...changes })), { ...trust, ...trusted })
        .claims.filter(({ status }) => status === 'refuted')
        .map(({ claim, reason }) => `${claim} ${reason}`)
        .join();
    assert.equal(refusal({}), '');

    const [others, own] = [parsed(first.evidence), parsed(evidence)];
    const forged = { ...own['receipt'], signature: others['receipt']?.['signature'] };
    assert.equal(refusal({ receipt: forged }), 'integrity signature');
    assert.equal(refusal({ log: others['log'] }), 'log log-proof');
    assert.equal(refusal({}, { network: '11'.repeat(32) }), 'integrity network');
    assert.equal(refusal({}, { expected: { nonce: '22'.repeat(32) } }), 'integrity stale');
    assert.equal(
      refusal({}, { workers: ['0x0000000000000000000000000000000000000001'] }),
      'signer signer-untrusted',
    );
    assert.equal(refusal({ surprise: 1 }), 'integrity malformed');
    assert.equal(refusal({ isobit: 'evidence/9' }), 'integrity unknown-version');
    assert.equal(refusal({ response: others['response'] }), 'integrity response-digest');
  });

  test('a witness cosigns neither a forged signature nor a proof for another tree', async () => {
    const checkpoint = await (await fetch(`${http}/log/checkpoint`)).text();
    const witness = (body: string) =>
      fetch(`${http}/witness/add-checkpoint`, { method: 'POST', body }).then(({ status }) => status);
    const other = checkpoint.replace(
      /^(.*\n\d+\n)[A-Za-z0-9+/=]+/,
      (_, head) => `${head}${randomBytes(32).toString('base64')}`,
    );
    assert.equal(await witness(`old 0\n\n${other}`), 403);
    assert.equal(await witness('nonsense'), 400);
    assert.equal(
      await witness(`old 0\n\n${checkpoint.replace(/0x[0-9a-f]{40}/, `0x${'1'.repeat(40)}`)}`),
      403,
    );
    const proof = `${randomBytes(32).toString('base64')}\n`;
    assert.equal(await witness(`old 1\n${proof}\n${checkpoint}`), 409, 'it never saw a tree of 1');
    await asking.goesOn();
  });
});

const parsed = (evidence: Answer['evidence']): Record<string, Record<string, unknown>> =>
  JSON.parse(Buffer.from(encodeEvidence(evidence)).toString());
