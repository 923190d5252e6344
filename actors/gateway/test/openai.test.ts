import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatAnswer, openAiError, type ReceiptMember, readChatBody, requestOfAsk } from '@isobit/apis';
import { fromHex } from '@isobit/core';
import { decodeEvidence, ofKind, receiptKind, requestDigest } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { gatewayError } from '../src/index.ts';
import { fakeDispatcher, json } from './fake-node.ts';
import {
  embedder,
  embedding,
  eventsOf,
  hello,
  NOW,
  piece,
  says,
  teller,
  tellerOf,
  telling,
} from './fake-teller.ts';

const CHAT = '/v1/chat/completions';

interface Failure {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: unknown;
    readonly code: string;
  };
}
const failure = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as Failure).error,
});

test('a plain answer is the pure function of the body, the response and what came back', async () => {
  const dispatcher = telling([says('Hi!')]);
  const response = await tellerOf(dispatcher).request(CHAT, json(hello));
  assert.equal(response.status, 200);
  const body = (await response.json()) as {
    id: string;
    created: number;
    system_fingerprint: string;
    isobit: ReceiptMember;
  };
  const { isobit, id, created, system_fingerprint: fingerprint } = body;

  // What a client computes from what it sent and got.
  const ask = readChatBody(hello);
  const { model, profile, salt, now } = isobit;
  const request = requestOfAsk({ ask, model, profile, salt: fromHex(salt), now: now ?? 0 });
  assert.equal(requestDigest(request), requestDigest(dispatcher.seen[0]?.job.request ?? request));
  assert.equal(id, `chatcmpl-${requestDigest(request).slice(0, 32)}`);
  const answer = chatAnswer({
    ask,
    request,
    response: { isobit: 'response/1', kind: 'text', promptTokens: 9, choices: [says('Hi!')] },
    head: { id, created, model: 'teller:1', fingerprint },
    receipt: isobit,
  });
  assert.deepEqual(body, JSON.parse(JSON.stringify(answer)));
  assert.equal(now, NOW);
  assert.equal(created, NOW / 1000);
  assert.deepEqual(
    ['isobit-receipt', 'isobit-model', 'isobit-salt', 'x-request-id'].map((name) =>
      response.headers.get(name),
    ),
    [isobit.receipt, teller.id, salt, id],
  );
});

test('the client chooses salt, nonce, profile and time', async () => {
  const dispatcher = telling([says('Hi!')]);
  const isobit = { salt: 'ab'.repeat(32), nonce: 'cd'.repeat(32), profile: 'llama-wasm-1', now: 5 };
  const app = tellerOf(dispatcher, { clock: () => 0 });
  const response = await app.request(CHAT, json({ ...hello, isobit }));
  assert.equal(response.status, 200);
  const { job } = dispatcher.seen[0] ?? {};
  assert.deepEqual(
    [job?.nonce, job?.request.salt, job?.request.profile, job?.deadlineMs],
    [isobit.nonce, isobit.salt, isobit.profile, 600_000],
  );
});

test('where the client names no profile it is one under which the model is run', async () => {
  const dispatcher = telling([says('Hi!')]);
  const readiness = { isReady: async () => true, exactProfile: async () => 'llama-wasm-1' };
  const app = tellerOf(dispatcher, { readiness });
  await app.request(CHAT, json(hello));
  await app.request(CHAT, json({ ...hello, isobit: { profile: 'llm-exact-1' } }));
  await tellerOf(dispatcher).request(CHAT, json(hello));
  assert.deepEqual(
    dispatcher.seen.map(({ job }) => job.request.profile),
    ['llama-wasm-1', 'llm-exact-1', 'llm-exact-1'],
  );
});

test('a stream tells of words as they come, and of the receipt at its end', async () => {
  const dispatcher = telling([says('Hi there!')], [piece('Hi'), piece(' there')]);
  const body = { ...hello, stream: true, stream_options: { include_usage: true } };
  const response = await tellerOf(dispatcher).request(CHAT, json(body));
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(response.headers.get('isobit-model'), teller.id);
  const events = await eventsOf(response);
  assert.equal(events.at(-1), '[DONE]');
  const chunks = events.slice(0, -2).map((event) => JSON.parse(event));
  const told = chunks.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('');
  assert.equal(told, 'Hi there!');
  const { isobit } = chunks.at(-2);
  assert.equal(events.at(-2), `: isobit ${JSON.stringify(isobit)}`);
  assert.deepEqual(chunks.at(-1).usage, { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 });
  assert.equal(dispatcher.seen[0]?.job.progress, true);
});

test('a call is told only once it is signed', async () => {
  const CALL = '{"name":"look","arguments":{"x":1}}';
  const { promise, resolve } = Promise.withResolvers<void>();
  const inner = telling([says(CALL)]);
  const dispatcher = fakeDispatcher(async (job, options) => {
    options.onProgress?.({ isobit: 'job-progress/1', pieces: [piece(CALL)] });
    await promise;
    return (await inner.dispatch(job, options)).answer;
  });
  const tools = [{ type: 'function', function: { name: 'look' } }];
  const response = await tellerOf(dispatcher).request(CHAT, json({ ...hello, tools, stream: true }));
  const reader = response.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  assert.match(first, /"role":"assistant"/);
  assert.doesNotMatch(first, /look/);
  resolve();
  let rest = '';
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read())
    rest += new TextDecoder().decode(read.value);
  assert.match(
    rest,
    /"tool_calls":\[\{"index":0,"id":"[0-9a-f]{9}","type":"function","function":\{"name":"look","arguments":"\{\\"x\\":1\}"\}\}\]/,
  );
  assert.match(rest, /"finish_reason":"tool_calls"/);
});

test('a worker that tells one thing and answers another ends the stream in an error', async () => {
  const response = await tellerOf(telling([says('Yes')], [piece('No')])).request(
    CHAT,
    json({ ...hello, stream: true }),
  );
  const events = await eventsOf(response);
  const { error } = JSON.parse(events.at(-1) ?? '') as Failure;
  assert.deepEqual([error.code, error.type], ['API_STREAM', 'server_error']);
  assert.ok(!events.includes('[DONE]'));
});

test('an error before the first word has a status, one behind it ends the stream', async () => {
  const busy = gatewayError('JOB_BUSY', 'full', { retryAfterMs: 2_500 });
  const early = fakeDispatcher(async () => {
    throw busy;
  });
  const late = fakeDispatcher(async (_, { onProgress }) => {
    onProgress?.({ isobit: 'job-progress/1', pieces: [piece('Hi')] });
    await Promise.resolve();
    throw busy;
  });
  const stream = json({ ...hello, stream: true });
  const refused = await tellerOf(early).request(CHAT, stream);
  assert.equal(refused.headers.get('retry-after'), '3');
  assert.deepEqual(await failure(refused), {
    status: 429,
    message: 'full',
    type: 'rate_limit_error',
    param: null,
    code: 'rate_limit_exceeded',
  });
  const events = await eventsOf(await tellerOf(late).request(CHAT, stream));
  assert.deepEqual(JSON.parse(events.at(-1) ?? ''), openAiError({ code: 'JOB_BUSY', message: 'full' }, 429));
});

for (const [path, sign, end] of [
  [CHAT, ': waiting\n\n', '[DONE]'],
  ['/v1/messages', 'event: ping\ndata: {"type":"ping"}\n\n', 'message_stop'],
] as const) {
  test(`a stream of ${path} whose first word is long in coming has a head, and signs of life`, async () => {
    const held = Promise.withResolvers<void>();
    const inner = telling([says('Hi!')]);
    const dispatcher = fakeDispatcher(async (job, options) => {
      await held.promise;
      return (await inner.dispatch(job, options)).answer;
    });
    const app = tellerOf(dispatcher, { limits: { streamIdleMs: 5 } });
    const response = await app.request(path, json({ ...hello, max_tokens: 9, stream: true }));
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('isobit-receipt'), null, 'it is not made yet');
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes as Uint8Array);
      if (text.split(sign).length > 2) held.resolve();
    }
    assert.ok(text.includes(end));
  });
}

test('a failure that comes soon has a status of its own, though a stream was asked for', async () => {
  const dispatcher = fakeDispatcher(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    throw gatewayError('JOB_FAILED', 'it broke');
  });
  const response = await tellerOf(dispatcher).request(CHAT, json({ ...hello, stream: true }));
  assert.equal(response.status, 502);
});

test('what is refused is refused in the shape of the API, by name', async () => {
  const app = tellerOf(telling([says('Hi!')]));
  const ask = async (body: unknown, headers = {}) => failure(await app.request(CHAT, json(body, headers)));
  const told = async (body: unknown) => {
    const { status, code, param } = await ask(body);
    return [status, code, param];
  };
  assert.deepEqual(await told('{'), [400, 'API_MALFORMED', null]);
  assert.deepEqual(await told({ ...hello, temprature: 1 }), [400, 'API_UNSUPPORTED', 'temprature']);
  assert.deepEqual(await told({ ...hello, n: 99 }), [400, 'API_VALUE', 'n']);
  assert.deepEqual(await told({ ...hello, isobit: { profile: 'slow' } }), [400, 'PROFILE_UNKNOWN', null]);
  assert.deepEqual(await told({ ...hello, model: 'alice/echo' }), [400, 'JOB_INPUT_INVALID', null]);
  assert.deepEqual(await told({ ...hello, model: 'twice' }), [409, 'NAME_CLASH', null]);
  const unknown = await ask({ ...hello, model: 'tellr' });
  assert.deepEqual(
    [unknown.status, unknown.code, unknown.type],
    [404, 'model_not_found', 'invalid_request_error'],
  );
  assert.match(unknown.message, /did you mean teller\?/);
  const broken = await ask({ ...hello, model: 'broken' });
  assert.deepEqual([broken.status, broken.code, broken.type], [500, 'INTERNAL', 'server_error']);
  assert.doesNotMatch(broken.message, /secret/);
  assert.equal((await ask(hello, { 'content-type': 'text/plain' })).code, 'BODY_TYPE');
  assert.equal((await ask(hello, { 'isobit-deadline-ms': 'soon' })).code, 'HEADER_INVALID');
  assert.equal((await failure(await app.request(`${CHAT}?x=1`, json(hello)))).code, 'PARAMETER_UNKNOWN');
  assert.equal((await failure(await app.request('/v1/audio', json({})))).code, 'ROUTE_UNKNOWN');
});

test('an answer to another question is none', async () => {
  const dispatcher = fakeDispatcher(async (job, options) => {
    const other = { ...job, nonce: '00'.repeat(32) };
    return (await telling([says('Hi!')]).dispatch(other, options)).answer;
  });
  const { status, code } = await failure(await tellerOf(dispatcher).request(CHAT, json(hello)));
  assert.deepEqual([status, code], [502, 'ANSWER_UNFIT']);
});

test('a client that leaves in the middle of a stream ends the run', async () => {
  const dispatcher = fakeDispatcher((_, { onProgress }) => {
    onProgress?.({ isobit: 'job-progress/1', pieces: [piece('Hi')] });
    return new Promise(() => {});
  });
  const response = await tellerOf(dispatcher).request(CHAT, json({ ...hello, stream: true }));
  await response.body?.cancel();
  await waitFor(() => dispatcher.seen[0]?.options.signal.aborted, { what: 'the run to end' });
});

test('texts are gone on with, plain and streamed', async () => {
  const ask = { model: teller.id, prompt: 'Once', max_tokens: 3 };
  const app = tellerOf(telling([says(' upon a time')], [piece(' upon')]));
  const plain = (await (await app.request('/v1/completions', json(ask))).json()) as {
    choices: { text: string }[];
    id: string;
  };
  assert.equal(plain.choices[0]?.text, ' upon a time');
  assert.match(plain.id, /^cmpl-[0-9a-f]{32}$/);
  const events = await eventsOf(await app.request('/v1/completions', json({ ...ask, stream: true })));
  const chunks = events.slice(0, -2).map((event) => JSON.parse(event));
  assert.deepEqual(
    chunks.map(({ choices: [choice] }) => [choice.text, choice.finish_reason]),
    [
      [' upon', null],
      [' a time', 'stop'],
    ],
  );
});

test('texts are embedded, as numbers and as bytes', async () => {
  const app = tellerOf(embedding());
  const ask = (more: object) =>
    app.request('/v1/embeddings', json({ model: 'ann/embedder', input: ['a', 'b'], ...more }));
  const rows = async (response: Response) =>
    ((await response.json()) as { data: { embedding: unknown }[] }).data.map((each) => each.embedding);
  assert.deepEqual(await rows(await ask({})), [
    [0.5, 1.5],
    [2.5, 3.5],
  ]);
  const response = await ask({ encoding_format: 'base64' });
  assert.equal(response.headers.get('isobit-model'), embedder.id);
  assert.deepEqual(await rows(response), ['AAAAPwAAwD8=', 'AAAgQAAAYEA=']);
  const fewer = fakeDispatcher(async (job, options) => {
    const { texts } = ofKind(job.request, 'embedding');
    const { answer } = await embedding().dispatch(
      { ...job, request: { ...job.request, texts: texts.slice(1) } as never },
      options,
    );
    return answer;
  });
  const { status, code } = await failure(
    await tellerOf(fewer).request('/v1/embeddings', json({ model: 'ann/embedder', input: ['a', 'b'] })),
  );
  assert.deepEqual([status, code], [502, 'ANSWER_UNFIT']);
});

test('models that are run are listed, and each is told of', async () => {
  const readiness = { isReady: async (id?: string) => id !== embedder.id };
  const app = tellerOf(telling([]), { readiness });
  const { data } = (await (await app.request('/v1/models')).json()) as { data: { id: string }[] };
  assert.deepEqual(
    data.map(({ id }) => id),
    ['teller:1'],
    'no tensors, and what nobody runs neither',
  );
  const one = (await (await app.request('/v1/models/ann%2Fembedder')).json()) as {
    id: string;
    isobit: { id: string };
  };
  assert.deepEqual([one.id, one.isobit.id], ['ann/embedder:1', embedder.id]);
  assert.equal((await failure(await app.request('/v1/models/nothing'))).code, 'model_not_found');
});

test('whoever asked has the evidence of the answer, and nobody else', async () => {
  const publicPart = new TextEncoder().encode('{"public":true}');
  const app = tellerOf(telling([says('Hi!')]), {
    receipts: { receipt: async () => publicPart, evidence: async () => publicPart },
  });
  const { id, isobit } = (await (await app.request(CHAT, json(hello, { 'x-asker': 'ann' }))).json()) as {
    id: string;
    isobit: ReceiptMember;
  };
  const get = (path: string, asker: string) => app.request(path, { headers: { 'x-asker': asker } });
  for (const ref of [isobit.receipt, id]) {
    const evidence = decodeEvidence(
      new Uint8Array(await (await get(`/v1/evidence/${ref}`, 'ann')).arrayBuffer()),
    );
    assert.equal(evidence.request?.salt, isobit.salt);
    assert.equal(evidence.manifest?.manifest.title, 'teller');
    assert.equal(await (await get(`/v1/evidence/${ref}`, 'bob')).text(), '{"public":true}');
    const receipt = receiptKind.decode(
      new Uint8Array(await (await get(`/v1/receipts/${ref}`, 'bob')).arrayBuffer()),
    );
    assert.equal(receipt.details.nonce, isobit.nonce);
  }
  assert.equal((await failure(await get('/v1/evidence/chatcmpl-0', 'ann'))).code, 'RECEIPT_UNKNOWN');
  assert.equal(await (await get(`/v1/receipts/${'ab'.repeat(32)}`, 'bob')).text(), '{"public":true}');
});

test('a key has so many questions under way and no more, this machine as many as it likes', async () => {
  const held = Promise.withResolvers<void>();
  const inner = telling([says('Hi!')]);
  const dispatcher = fakeDispatcher(async (job, options) => {
    await held.promise;
    return (await inner.dispatch(job, options)).answer;
  });
  const app = tellerOf(dispatcher, { limits: { askerQuestions: 2 } });
  const ask = (headers = {}) => app.request(CHAT, json(hello, headers));
  const ann = { 'x-asker': 'ann' };
  const running = [ask(ann), ask(ann), ask({ 'x-asker': 'bob' }), ask(), ask(), ask()];
  await waitFor(() => dispatcher.seen.length === running.length, { what: 'the questions to be under way' });
  const refused = await ask(ann);
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1']);
  assert.match((await failure(refused)).message, /2 questions under way/);
  held.resolve();
  for (const each of running) assert.equal((await each).status, 200);
  assert.equal((await ask(ann)).status, 200, 'what has ended is counted no more');
});

test('where nobody is known nothing is kept', async () => {
  const app = tellerOf(telling([says('Hi!')]), { askerOf: () => undefined });
  const { id } = (await (await app.request(CHAT, json(hello))).json()) as { id: string };
  assert.equal((await failure(await app.request(`/v1/evidence/${id}`))).status, 404);
});

for (const [path, body] of [
  ['/v1/chat/completions', hello],
  ['/v1/chat/completions', { ...hello, stream: true }],
  ['/v1/embeddings', { model: 'ann/embedder', input: 'Hello' }],
] as const) {
  const how = 'stream' in body ? ', streamed' : '';
  test(`a body counts in the memory of all bodies until it is answered: ${path}${how}`, async () => {
    const asked = Promise.withResolvers<void>();
    const free = Promise.withResolvers<void>();
    const dispatcher = fakeDispatcher(async (job, { onProgress }) => {
      onProgress?.({ isobit: 'job-progress/1', pieces: [piece('Hi')] });
      asked.resolve();
      await free.promise;
      const { dispatch } = job.request.kind === 'text' ? telling([says('Hi!')]) : embedding();
      return (await dispatch(job, { signal: new AbortController().signal })).answer;
    });
    const gateway = tellerOf(dispatcher, { limits: { bodyBufferBytes: 20_000 } });
    const ask = () => gateway.request(path, json(body));
    const first = ask();
    await asked.promise;
    assert.equal((await ask()).status, 503);
    free.resolve();
    await (await first).text();
    assert.equal((await ask()).status, 200);
  });
}
