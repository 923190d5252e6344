import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { checksumAddress, nodeKey, recoverPersonal, signPersonal } from '@isobit/core';
import { type ExchangeSigner, gatewayError } from '../src/index.ts';
import { json } from './fake-node.ts';
import { embedding, hello, piece, says, tellerOf, telling } from './fake-teller.ts';

const key = nodeKey(new Uint8Array(32).fill(5));
const signer: ExchangeSigner = { address: key.address, sign: (text) => signPersonal(key, text) };
const told = () => telling([says('Hi!')], [piece('H'), piece('i!')]);

interface Signed {
  readonly text: string;
  readonly signature: string;
  readonly signing_address: string;
  readonly signing_algo: string;
}
type App = ReturnType<typeof tellerOf>;

const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');
const codeOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  ((await response.json()) as { error: { code: string } }).error.code,
];

/** Asks, reads the answer to its end, and has what went over HTTP signed. */
async function exchanged(app: App, path: string, body: object, headers: Record<string, string> = {}) {
  const sent = JSON.stringify(body);
  const response = await app.request(path, json(sent, headers));
  assert.equal(response.status, 200);
  const got = await response.text();
  const id = response.headers.get('x-request-id') ?? '';
  const ask = (ref: string, more: Record<string, string> = headers) =>
    app.request(`/v1/signature/${ref}`, { headers: more });
  return { sent, got, id, receipt: response.headers.get('isobit-receipt') ?? '', ask };
}

const CASES: readonly [path: string, body: object, model: string][] = [
  ['/v1/chat/completions', hello, 'teller:1'],
  ['/v1/chat/completions', { ...hello, stream: true }, 'teller:1'],
  ['/v1/responses', { model: 'teller', input: 'Hello', stream: true }, 'teller:1'],
  ['/v1/messages', { ...hello, max_tokens: 9 }, 'teller:1'],
  ['/api/chat', hello, 'teller:1'],
];

for (const [path, body, model] of CASES) {
  test(`the bytes of ${path} ${'stream' in body ? 'streamed ' : ''}are signed as they were sent`, async () => {
    const { sent, got, id, ask } = await exchanged(tellerOf(told(), { signer }), path, body);
    const response = await ask(id);
    assert.equal(response.status, 200);
    const signed = (await response.json()) as Signed;
    assert.equal(signed.text, `${model}:${sha256(sent)}:${sha256(got)}`);
    assert.equal(recoverPersonal(signed.text, signed.signature), key.address);
    assert.deepEqual([signed.signing_address, signed.signing_algo], [checksumAddress(key.address), 'ecdsa']);
    // One byte more, and somebody else would have signed it.
    const changed = `${model}:${sha256(sent)}:${sha256(`${got} `)}`;
    assert.notEqual(recoverPersonal(changed, signed.signature), key.address);
  });
}

test('embeddings are signed too, and an answer is found by its receipt', async () => {
  const body = { model: 'ann/embedder', input: 'a' };
  const { sent, got, receipt, ask } = await exchanged(
    tellerOf(embedding(), { signer }),
    '/v1/embeddings',
    body,
  );
  const { text } = (await (await ask(receipt)).json()) as Signed;
  assert.equal(text, `ann/embedder:1:${sha256(sent)}:${sha256(got)}`);
});

test('a sign of life is among the bytes of a stream', async () => {
  const slow = Promise.withResolvers<void>();
  const { dispatch } = telling([says('Hi!')], [piece('Hi!')]);
  const app = tellerOf(
    {
      async dispatch(job, options) {
        options.onProgress?.({ isobit: 'job-progress/1', pieces: [piece('H')] });
        await slow.promise;
        return dispatch(job, { signal: options.signal });
      },
    },
    { signer, limits: { streamIdleMs: 5 } },
  );
  const response = await app.request('/v1/chat/completions', json({ ...hello, stream: true }));
  let got = '';
  for await (const chunk of response.body ?? []) {
    got += Buffer.from(chunk).toString();
    if (/^:/m.test(got)) slow.resolve();
  }
  const signed = (await (
    await app.request(`/v1/signature/${response.headers.get('x-request-id')}`)
  ).json()) as Signed;
  assert.equal(signed.text.split(':').at(-1), sha256(got));
});

test('nobody else is given it, and nobody at all a stream that broke off', async () => {
  const app = tellerOf(told(), { signer });
  const { id, ask } = await exchanged(app, '/v1/chat/completions', hello, { 'x-asker': 'ann' });
  assert.equal((await ask(id)).status, 200);
  assert.deepEqual(await codeOf(await ask(id, { 'x-asker': 'bob' })), [404, 'SIGNATURE_UNKNOWN']);
  assert.deepEqual(await codeOf(await ask('chatcmpl-0')), [404, 'SIGNATURE_UNKNOWN']);

  const left = await app.request('/v1/chat/completions', json({ ...hello, stream: true, seed: 2 }));
  const signature = async () => app.request(`/v1/signature/${left.headers.get('x-request-id')}`);
  const begun = await codeOf(await signature());
  await left.body?.cancel();
  assert.deepEqual([begun, await codeOf(await signature())], Array(2).fill([404, 'SIGNATURE_UNKNOWN']));
});

test('another algorithm or parameter is refused by name, and so is a gateway without a key', async () => {
  const app = tellerOf(told(), { signer });
  const { id } = await exchanged(app, '/v1/chat/completions', hello);
  const asked = async (query: string) => codeOf(await app.request(`/v1/signature/${id}?${query}`));
  assert.deepEqual(await asked('signing_algo=ed25519'), [400, 'PARAMETER_INVALID']);
  assert.deepEqual(await asked('nonce=1'), [400, 'PARAMETER_UNKNOWN']);
  const without = await exchanged(tellerOf(told()), '/v1/chat/completions', hello);
  assert.deepEqual(await codeOf(await without.ask(without.id)), [404, 'SIGNATURE_UNKNOWN']);
});

test('a node that signs nothing says so', async () => {
  const refuses: ExchangeSigner = {
    address: key.address,
    sign() {
      throw gatewayError('SIGNING_REFUSED', 'this node signs nothing: its key is in use by another node');
    },
  };
  const { id, ask } = await exchanged(tellerOf(told(), { signer: refuses }), '/v1/chat/completions', hello);
  assert.deepEqual(await codeOf(await ask(id)), [503, 'SIGNING_REFUSED']);
});
