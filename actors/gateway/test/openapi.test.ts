import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signPersonal } from '@isobit/core';
import { jobKind } from '@isobit/receipt';
import { gatewayError, gatewayOpenApi } from '../src/index.ts';
import { echoJob, fakeDispatcher, gatewayOf, honest, json, two, worker } from './fake-node.ts';
import { embedding, hello, says, teller, tellerOf, telling } from './fake-teller.ts';
import { faultsOf, type Schema } from './json-schema.ts';

interface Media {
  readonly schema: Schema;
}
interface Answer {
  readonly content?: Readonly<Record<string, Media>>;
  readonly headers?: Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

const paths = gatewayOpenApi.paths as unknown as Record<string, Record<string, Operation>>;
const schemas = gatewayOpenApi.components.schemas as unknown as Record<string, Schema>;
const documented = Object.entries(paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    path,
    operation,
  })),
);

const failing = fakeDispatcher(async () => {
  throw gatewayError('JOB_BUSY', 'full', { retryAfterMs: 1 });
});
const job = jobKind.encode(echoJob);
const postJob = { method: 'POST', body: Buffer.from(job) };
const idle = { readiness: { isReady: async () => false } };

test('the routes are those of the document, and the other way round', () => {
  const registered = gatewayOf(honest()).routes.map(
    ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
  );
  assert.deepEqual([...new Set(registered)].sort(), documented.map(({ route }) => route).sort());
});

test('operations have ids of their own, and path parameters are declared', () => {
  const ids = documented.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  for (const { route, path, operation } of documented) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((p) => p.in === 'path').map(({ name }) => name);
    assert.deepEqual(declared, inPath, route);
  }
});

test('the document is served', async () => {
  const response = await gatewayOf(honest()).request('/openapi.json');
  assert.deepEqual(await response.json(), JSON.parse(JSON.stringify(gatewayOpenApi)));
});

/** Faults of an answer against what the document says of its route and status. */
async function faultsOfAnswer(route: string, response: Response): Promise<string[]> {
  const operation = documented.find((each) => each.route === route)?.operation;
  const answer = operation?.responses[response.status] ?? operation?.responses['default'];
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const media = answer?.content?.[type];
  if (!media) return [`${route}: no ${type} for ${response.status}`];
  const absent = Object.keys(answer?.headers ?? {}).filter((name) => !response.headers.has(name));
  const body = type === 'application/json' ? await response.json() : await response.text();
  return [
    ...absent.map((name) => `${route}: no header ${name}`),
    ...faultsOf(media.schema, body, route, schemas),
  ];
}

const tells = tellerOf(telling([says('Hi!')]), {
  signer: { address: worker.address, sign: (text) => signPersonal(worker, text) },
});
const calls = tellerOf(telling([says('{"name":"look","arguments":{}}')]));
const tools = [{ type: 'function', function: { name: 'look' } }];
const items = [{ type: 'function', name: 'look' }];
const holding = { loaded: () => [teller.id], holds: async () => true };
const texts = { model: 'ann/embedder', input: 'a' };
const bytes = Uint8Array.from(Buffer.from('{"isobit":"receipt/1"}'));
const known = tellerOf(telling([]), {
  receipts: { receipt: async () => bytes, evidence: async () => undefined },
});
/** An answer whose evidence is there. */
const chatted = await tells.request('/v1/chat/completions', json(hello));
const { id: answered } = (await chatted.json()) as { id: string };

const response = await tells.request('/v1/responses', json({ model: 'teller', input: 'b' }));
const { id: responded } = (await response.json()) as { id: string };

const NAMED = '/v2/models/{name}';
const VERSIONED = '/v2/models/{name}/versions/{version}';
const exchanges: readonly (readonly [
  route: string,
  url: string,
  init?: RequestInit,
  app?: ReturnType<typeof gatewayOf>,
])[] = [
  ['GET /openapi.json', '/openapi.json'],
  ['GET /v2', '/v2'],
  ['GET /v2', '/v2?x=1'],
  ['GET /v2/health/live', '/v2/health/live'],
  ['GET /v2/health/ready', '/v2/health/ready'],
  ['GET /v2/health/ready', '/v2/health/ready', {}, gatewayOf(honest(), idle)],
  ['GET /v2/models', '/v2/models'],
  [`GET ${NAMED}`, '/v2/models/zoo'],
  [`GET ${NAMED}`, '/v2/models/zo'],
  [`GET ${NAMED}`, '/v2/models/twice'],
  [`GET ${NAMED}`, '/v2/models/broken'],
  [`GET ${VERSIONED}`, '/v2/models/echo/versions/1'],
  [`GET ${NAMED}/ready`, '/v2/models/echo/ready'],
  [`GET ${NAMED}/ready`, '/v2/models/echo/ready', {}, gatewayOf(honest(), idle)],
  [`GET ${VERSIONED}/ready`, '/v2/models/echo/versions/2/ready'],
  [`POST ${NAMED}/infer`, '/v2/models/echo/infer', json(two)],
  [
    `POST ${NAMED}/infer`,
    '/v2/models/echo/infer',
    json({ ...two, id: 'a', parameters: { binary_data_output: true } }),
  ],
  [`POST ${NAMED}/infer`, '/v2/models/echo/infer', json('{')],
  [`POST ${NAMED}/infer`, '/v2/models/echo/infer', json(two), gatewayOf(failing)],
  [`POST ${VERSIONED}/infer`, '/v2/models/echo/versions/1/infer', json(two)],
  ['POST /v2/repository/index', '/v2/repository/index', { method: 'POST' }],
  ['POST /jobs', '/jobs', postJob],
  ['POST /jobs', '/jobs', postJob, gatewayOf(failing)],
  ['POST /jobs', '/jobs', { method: 'POST', body: '{}' }],
  ['POST /jobs', '/jobs?x=1', postJob],
  ['GET /v1/models', '/v1/models', {}, tells],
  ['GET /v1/models', '/v1/models?x=1', {}, tells],
  ['GET /v1/models/{model}', '/v1/models/teller', {}, tells],
  ['GET /v1/models/{model}', '/v1/models/tell', {}, tells],
  ['GET /v1/models', '/v1/models?limit=5', { headers: { 'anthropic-version': '2023-06-01' } }, tells],
  ['GET /v1/models/{model}', '/v1/models/teller', { headers: { 'anthropic-version': '2023-06-01' } }, tells],
  ['POST /v1/chat/completions', '/v1/chat/completions', json(hello), tells],
  ['POST /v1/chat/completions', '/v1/chat/completions', json({ ...hello, tools }), calls],
  ['POST /v1/chat/completions', '/v1/chat/completions', json({ ...hello, stream: true }), tells],
  ['POST /v1/chat/completions', '/v1/chat/completions', json({ ...hello, seed: '1' }), tells],
  ['POST /v1/chat/completions', '/v1/chat/completions', json({ ...hello, model: 'x' }), tells],
  ['POST /v1/completions', '/v1/completions', json({ model: teller.id, prompt: 'a' }), tells],
  ['POST /v1/completions', '/v1/completions', json({}), tells],
  ['POST /v1/responses', '/v1/responses', json({ model: 'teller', input: 'a', user: 'x' }), tells],
  ['POST /v1/responses', '/v1/responses', json({ model: 'teller', input: 'a', tools: items }), calls],
  ['POST /v1/responses', '/v1/responses', json({ model: 'teller', input: 'a', stream: true }), tells],
  ['POST /v1/responses', '/v1/responses', json({ model: 'teller', input: [] }), tells],
  [
    'POST /v1/responses',
    '/v1/responses',
    json({ model: 'teller', input: 'a', previous_response_id: 'resp_x' }),
    tells,
  ],
  ['GET /v1/responses/{id}', `/v1/responses/${responded}`, {}, tells],
  ['GET /v1/responses/{id}', '/v1/responses/x', {}, tells],
  ['DELETE /v1/responses/{id}', `/v1/responses/${responded}`, { method: 'DELETE' }, tells],
  ['DELETE /v1/responses/{id}', `/v1/responses/${responded}`, { method: 'DELETE' }, tells],
  ['POST /v1/embeddings', '/v1/embeddings', json(texts), tellerOf(embedding())],
  [
    'POST /v1/embeddings',
    '/v1/embeddings',
    json({ ...texts, encoding_format: 'base64' }),
    tellerOf(embedding()),
  ],
  ['POST /v1/messages', '/v1/messages', json({ ...hello, max_tokens: 9 }), tells],
  ['POST /v1/messages', '/v1/messages', json({ ...hello, max_tokens: 9, stream: true }), tells],
  ['POST /v1/messages', '/v1/messages', json(hello), tells],
  ['POST /v1/messages/count_tokens', '/v1/messages/count_tokens', json(hello), tells],
  ['POST /api/chat', '/api/chat', json({ ...hello, stream: false }), tells],
  ['POST /api/chat', '/api/chat', json({ ...hello, tools, stream: false }), calls],
  ['POST /api/chat', '/api/chat', json(hello), tells],
  ['POST /api/chat', '/api/chat', json({}), tells],
  ['POST /api/generate', '/api/generate', json({ model: 'teller', prompt: 'a', stream: false }), tells],
  ['POST /api/embed', '/api/embed', json(texts), tellerOf(embedding())],
  ['GET /api/tags', '/api/tags', {}, tells],
  ['POST /api/show', '/api/show', json({ model: 'teller' }), tells],
  ['POST /api/show', '/api/show', json({ name: 'nobody' }), tells],
  ['GET /api/ps', '/api/ps', {}, tellerOf(telling([]), { holdings: holding })],
  ['POST /api/pull', '/api/pull', json({ model: 'teller' }), tellerOf(telling([]), { holdings: holding })],
  ['POST /api/pull', '/api/pull', json({ model: 'teller' }), tells],
  ['GET /api/version', '/api/version', {}, tells],
  ['GET /v1/receipts/{ref}', `/v1/receipts/${'ab'.repeat(32)}`, {}, known],
  ['GET /v1/receipts/{ref}', '/v1/receipts/x', {}, known],
  ['GET /v1/evidence/{ref}', `/v1/evidence/${answered}`, {}, tells],
  ['GET /v1/evidence/{ref}', '/v1/evidence/x', {}, tells],
  ['GET /v1/signature/{ref}', `/v1/signature/${answered}?model=teller&signing_algo=ecdsa`, {}, tells],
  ['GET /v1/signature/{ref}', '/v1/signature/x', {}, tells],
];

test('answers and errors fit the document, on every route', async () => {
  for (const [route, url, init = {}, app = gatewayOf(honest())] of exchanges) {
    assert.deepEqual(await faultsOfAnswer(route, await app.request(url, init)), [], `${route} ${url}`);
  }
  assert.deepEqual(
    [...new Set(exchanges.map(([route]) => route))].sort(),
    documented.map(({ route }) => route).sort(),
  );
});

test('what an inference takes fits the document', () => {
  const schema = schemas['InferRequest'] ?? {};
  const parameters = { isobit_salt: 'ab'.repeat(32), binary_data_output: true };
  assert.deepEqual(
    faultsOf(schema, { ...two, id: 'a', parameters, outputs: [{ name: 'x' }] }, '', schemas),
    [],
  );
  assert.deepEqual(faultsOf(schema, { ...two, parameters: { sequence_id: 1 } }, '', schemas), [
    '.parameters.sequence_id: not in the schema',
  ]);
});

test('an answer that leaves the document would be found', async () => {
  const route = `GET ${NAMED}`;
  const find = (body: unknown, status = 200) => faultsOfAnswer(route, Response.json(body, { status }));
  assert.ok((await find({})).length > 0);
  assert.ok(
    (await find({ code: 'NO_SUCH_CODE', error: '' }, 404)).some((fault) => fault.includes('NO_SUCH_CODE')),
  );
  assert.deepEqual(
    await faultsOfAnswer(route, new Response('x', { headers: { 'content-type': 'text/plain' } })),
    [`${route}: no text/plain for 200`],
  );
});
