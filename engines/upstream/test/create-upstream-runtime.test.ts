import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { isCoded, limits, nodeKey } from '@isobit/core';
import type { LoadedModel, ModelSource, Runtime } from '@isobit/exact';
import { type Manifest, modelId } from '@isobit/model';
import {
  createEmbeddingRequest,
  createTextRequest,
  ofKind,
  type TextPiece,
  type TextRequest,
} from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { createUpstreamRuntime, listModels, openServer } from '../src/index.ts';
import {
  chunk,
  done,
  event,
  finish,
  hello,
  type StubServer,
  type StubServing,
  startStub,
  stream,
  usage,
} from './testing.ts';

const manifest: Manifest = {
  isobit: 'manifest/1',
  title: 'small',
  format: 'upstream',
  task: 'text-generation',
  files: [{ path: 'upstream.json', size: 39, root: 'f'.repeat(64) }],
  entry: 'upstream.json',
  inputs: [],
  outputs: [],
  licence: 'unknown',
  publisher: nodeKey(new Uint8Array(32).fill(1)).address,
};
const source: ModelSource = { manifest, read: () => Promise.reject(new Error('there are no bytes to read')) };
const model = modelId(manifest);

const requestOf = (more: Partial<TextRequest> = {}): TextRequest => ({
  ...createTextRequest({
    model,
    profile: 'fast',
    salt: new Uint8Array(32),
    prompt: { messages: [{ role: 'user', content: 'Hi' }], now: 0 },
    maxTokens: 8,
  }),
  ...more,
});

describe('a server behind a worker', () => {
  const ends = new AsyncDisposableStack();
  let stub: StubServer;
  let runtime: Runtime;
  let loaded: LoadedModel;
  const failures: string[] = [];
  before(async () => {
    stub = ends.use(await startStub());
    const server = ends.use(openServer({ url: stub.url, key: 'sk-secret', stallMs: 300 }));
    runtime = ends.use(
      createUpstreamRuntime({
        onFailure: (code) => void failures.push(code),
        server,
        kind: 'ollama',
        names: new Map([[model, 'small']]),
        maxRunning: 2,
      }),
    );
    loaded = ends.use(await runtime.load(source));
  });
  after(() => ends.disposeAsync());

  /** What comes of a question that is served so. */
  const asked = (
    serving: StubServing,
    options: { request?: TextRequest; signal?: AbortSignal; onPiece?: (piece: TextPiece) => void } = {},
  ) => {
    stub.serve(serving);
    const { request = requestOf(), ...rest } = options;
    return loaded.execute(request, rest);
  };
  const refused = async (serving: StubServing, code: string, request?: TextRequest) => {
    const failure = await asked(serving, request ? { request } : {}).then(
      () => assert.fail(`nothing was refused as ${code}`),
      (error: unknown) => error,
    );
    assert.ok(isCoded(failure, code), `${code}: ${String(failure)}`);
    assert.doesNotMatch(`${failure.message} ${JSON.stringify(failure.details)}`, /127\.0\.0\.1|sk-secret/);
    return failure;
  };
  const isFine = async () => {
    const { response } = await asked(hello);
    assert.equal(ofKind(response, 'text').choices[0]?.text, 'Hello.');
  };

  test('it is asked in its words and with the key, and gives a response and usage', async () => {
    const pieces: TextPiece[] = [];
    const { response, usage: counted } = await asked(hello, { onPiece: (piece) => void pieces.push(piece) });
    assert.deepEqual(response, {
      isobit: 'response/1',
      kind: 'text',
      promptTokens: 9,
      outputTokens: 2,
      choices: [{ tokens: [], text: 'Hello.', finish: 'stop' }],
    });
    assert.deepEqual(counted, { inputTokens: 9, outputTokens: 2 });
    assert.deepEqual(
      pieces.map(({ text }) => text),
      ['Hel', 'lo.'],
    );
    const { method, path, headers, body } = stub.heard.at(-1) as (typeof stub.heard)[number];
    assert.deepEqual(
      [method, path, headers.authorization],
      ['POST', '/v1/chat/completions', 'Bearer sk-secret'],
    );
    assert.deepEqual(body, {
      model: 'small',
      messages: [{ role: 'user', content: 'Hi' }],
      max_tokens: 8,
      stream: true,
      stream_options: { include_usage: true },
    });
    assert.deepEqual(runtime.engine, { name: 'upstream', version: 'ollama' });
  });

  test('a text is asked for elsewhere', async () => {
    const words = (text: string, more: object = {}) => event({ choices: [{ index: 0, text, ...more }] });
    const { response } = await asked(stream(words(' upon'), words('', { finish_reason: 'length' })), {
      request: requestOf({ prompt: { text: 'Once' } }),
    });
    assert.deepEqual(ofKind(response, 'text').choices, [{ tokens: [], text: ' upon', finish: 'length' }]);
    assert.equal(stub.heard.at(-1)?.path, '/v1/completions');
  });

  test('a character may be split over chunks of bytes, and a line over many', async () => {
    const bytes = Buffer.from(`${chunk({ content: 'é😀' })}${finish()}`);
    const { response } = await asked((answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of bytes) answer.write(Uint8Array.of(byte));
      answer.end();
    });
    assert.equal(ofKind(response, 'text').choices[0]?.text, 'é😀');
  });

  test('a stream without an end mark is whole where its answer has an end', async () => {
    const { usage: counted } = await asked(stream(chunk({ content: 'a' }), finish()));
    assert.deepEqual(counted, { inputTokens: 0, outputTokens: 0 });
  });

  test('a server that holds its connection behind the end mark is not waited for', async () => {
    const { response } = await asked((answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(`${chunk({ content: 'a' })}${finish()}${done}`);
    });
    assert.equal(response.kind, 'text');
    await isFine();
  });

  const status =
    (code: number, headers: Record<string, string> = {}, body = ''): StubServing =>
    (answer) => {
      answer.writeHead(code, headers);
      answer.end(body);
    };
  const type = (contentType: string, body: string): StubServing =>
    status(200, { 'content-type': contentType }, body);
  const events = (body: string): StubServing => type('text/event-stream', body);

  test('each status has its code, and tells no more than it may', async () => {
    for (const [code, error] of [
      [401, 'UPSTREAM_DENIED'],
      [403, 'UPSTREAM_DENIED'],
      [404, 'UPSTREAM_MODEL_UNKNOWN'],
      [500, 'UPSTREAM_FAILED'],
      [502, 'UPSTREAM_FAILED'],
      [204, 'UPSTREAM_FAILED'],
    ] as const) {
      const failure = await refused(status(code, {}, '{"error":{"message":"your key sk-secret"}}'), error);
      assert.match(failure.message, new RegExp(`status ${code}`));
    }
    const told = await refused(
      status(400, {}, '{"error":{"message":"n is too\\nlarge"}}'),
      'UPSTREAM_REFUSED',
    );
    assert.match(told.message, /\(status 400\): n is too\\u\{a\}large$/);
    for (const body of ['', '<html>', '{"error":{}}', '[1]', '{"error":"x'.padEnd(5_000_000, 'x')])
      assert.match((await refused(status(422, {}, body), 'UPSTREAM_REFUSED')).message, /\(status 422\)$/);
    await isFine();
  });

  test('a busy server says when to come back, within reason', async () => {
    for (const [header, ms] of [
      ['7', 7_000],
      ['0', 0],
      ['999999999', limits.upstreamRetryMs],
      ['soon', 1_000],
      ['-1', 1_000],
    ] as const)
      assert.equal(
        (await refused(status(429, { 'retry-after': header }), 'UPSTREAM_BUSY')).details['retryAfterMs'],
        ms,
      );
    assert.equal((await refused(status(503), 'UPSTREAM_BUSY')).details['retryAfterMs'], 1_000);
  });

  test('what a server fails is told by its code, what it refuses is not', async () => {
    failures.length = 0;
    await refused(status(401), 'UPSTREAM_DENIED');
    await refused(status(400), 'UPSTREAM_REFUSED');
    await refused(hello, 'API_UNSUPPORTED', requestOf({ logProbabilities: 1 }));
    await refused(events(''), 'API_ANSWER');
    assert.deepEqual(failures, ['UPSTREAM_DENIED', 'API_ANSWER']);
  });

  test('a redirect is not followed', async () => {
    const before = stub.heard.length;
    await refused(status(307, { location: `${stub.url}/elsewhere` }), 'UPSTREAM_FAILED');
    assert.deepEqual(
      stub.heard.slice(before).map(({ path }) => path),
      ['/v1/chat/completions'],
    );
  });

  test('what is no stream of events, or none of chunks, is no answer', async () => {
    await refused(type('text/html', '<html>It works!</html>'), 'UPSTREAM_ANSWER');
    await refused(type('application/json', '{"choices":[]}'), 'UPSTREAM_ANSWER');
    await refused(status(200), 'UPSTREAM_ANSWER');
    await refused(events('data: {"choices":\n\n'), 'UPSTREAM_ANSWER');
    await refused(events('data: <html>\n\n'), 'UPSTREAM_ANSWER');
    await refused(events(`${chunk({ content: 'a' })}data: [DONE]\n\n`), 'API_ANSWER');
    await refused(events(''), 'API_ANSWER');
    await refused(events(event({ error: { message: 'boom' } })), 'API_ANSWER');
    await refused(events(event({ model: 'large', choices: [] })), 'API_ANSWER');
    await refused(events(`${finish()}${usage(1, -1)}`), 'API_ANSWER');
    await refused(events(`${finish()}${usage(1, 900)}`), 'API_ANSWER');
    await refused(stream(Uint8Array.of(0x64, 0xff, 0x0a)), 'UPSTREAM_ANSWER');
    await isFine();
  });

  test('a call whose arguments are none is no answer', async () => {
    const tools = [{ name: 'time' }];
    const request = requestOf({ prompt: { messages: [{ role: 'user', content: 'Hi' }], now: 0, tools } });
    const call = (written: string) =>
      stream(
        chunk({ tool_calls: [{ index: 0, function: { name: 'time', arguments: written } }] }),
        finish('tool_calls'),
      );
    const { response } = await asked(call('{"zone":"UTC"}'), { request });
    assert.match(ofKind(response, 'text').choices[0]?.text ?? '', /^<tool_call>\n\{"name":"time"/);
    await refused(call('{"zone":'), 'API_ANSWER', request);
  });

  test('what a server could not do is not asked of it', async () => {
    const before = stub.heard.length;
    await refused(hello, 'API_UNSUPPORTED', requestOf({ logProbabilities: 1 }));
    assert.equal(stub.heard.length, before);
  });

  test('silence before and within an answer ends the run', async () => {
    await refused(() => undefined, 'UPSTREAM_STALLED');
    await refused((answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(chunk({ content: 'a' }));
    }, 'UPSTREAM_STALLED');
    await isFine();
  });

  test('a server that breaks off, before and within its answer', async () => {
    await refused((answer) => answer.destroy(), 'UPSTREAM_UNREACHABLE');
    await refused((answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(chunk({ content: 'a' }), () => answer.destroy());
    }, 'UPSTREAM_ANSWER');
    await isFine();
  });

  test('a stream, a line and an answer without end are left', async () => {
    const endless =
      (part: string): StubServing =>
      (answer, { left }) => {
        let isLeft = false;
        void left.then(() => {
          isLeft = true;
        });
        answer.writeHead(200, { 'content-type': 'text/event-stream' });
        const more = (): void => {
          while (!isLeft && answer.write(part));
          if (!isLeft) answer.once('drain', more);
        };
        more();
      };
    for (const [part, code] of [
      [chunk({ content: 'x'.repeat(60_000) }), 'API_LIMIT'],
      ['x'.repeat(60_000), 'UPSTREAM_LIMIT'],
      [`: ${'x'.repeat(60_000)}\n\n`, 'UPSTREAM_LIMIT'],
    ] as const) {
      await refused(endless(part), code);
      await stub.heard.at(-1)?.left;
    }
    await isFine();
  });

  test('a client that leaves is told to the server, before and within an answer', async () => {
    for (const begin of [false, true]) {
      const leave = new AbortController();
      const run = asked(
        (answer) => {
          if (!begin) return leave.abort();
          answer.writeHead(200, { 'content-type': 'text/event-stream' });
          answer.write(chunk({ content: 'a' }));
        },
        { signal: leave.signal, onPiece: () => leave.abort() },
      );
      await assert.rejects(run, { code: 'RUN_ABORTED' });
      await stub.heard.at(-1)?.left;
    }
    await assert.rejects(asked(hello, { signal: AbortSignal.abort() }), { code: 'RUN_ABORTED' });
    await isFine();
  });

  test('more questions than it may have wait elsewhere', async () => {
    const held: (() => void)[] = [];
    stub.serve((answer, heard) => held.push(() => hello(answer, heard)));
    const runs = [1, 2].map(() => loaded.execute(requestOf()));
    await waitFor(() => held.length === 2, { what: 'both to be asked' });
    await assert.rejects(loaded.execute(requestOf()), {
      code: 'QUEUE_FULL',
      details: { retryAfterMs: 1_000 },
    });
    for (const answer of held) answer();
    await Promise.all(runs);
    await isFine();
  });

  test('embeddings are asked for and given, of a model that is said to give them', async () => {
    const embeds = { ...manifest, task: 'text-embedding' };
    const id = modelId(embeds);
    await using server = openServer({ url: stub.url });
    await using other = createUpstreamRuntime({ server, kind: 'vllm', names: new Map([[id, 'small']]) });
    await using embedding = await other.load({ ...source, manifest: embeds });
    const head = { model: id, profile: 'fast', salt: new Uint8Array(32) };
    const request = createEmbeddingRequest({ ...head, texts: ['a', 'b'] });
    const json = (body: unknown): StubServing => type('application/json', JSON.stringify(body));
    stub.serve(json({ data: [{ embedding: [1, 2] }, { embedding: [3, 4] }] }));
    const { response, usage: counted } = await embedding.execute(request);
    assert.deepEqual(ofKind(response, 'tensors').outputs[0]?.shape, [2, 2]);
    assert.deepEqual(counted, { inputBytes: 2, outputBytes: 16 });
    assert.equal(stub.heard.at(-1)?.path, '/v1/embeddings');
    for (const [serving, code] of [
      [json({ data: [] }), 'API_ANSWER'],
      [type('text/html', '<html>'), 'UPSTREAM_ANSWER'],
      [status(500), 'UPSTREAM_FAILED'],
    ] as const) {
      stub.serve(serving);
      await assert.rejects(embedding.execute(request), { code });
    }
    await assert.rejects(embedding.execute(requestOf()), { code: 'KIND_UNSUPPORTED' });
    await assert.rejects(loaded.execute(request), { code: 'KIND_UNSUPPORTED' });
  });

  test('it takes the models that it was told of, and keeps no trace', async () => {
    assert.equal(runtime.takes(manifest), true);
    const other = { ...manifest, title: 'other' };
    assert.equal(runtime.takes(other), false);
    await assert.rejects(runtime.load({ ...source, manifest: other }), { code: 'MODEL_NOT_ALLOWED' });
    await assert.rejects(loaded.execute(requestOf(), { trace: true }), { code: 'TRACE_UNAVAILABLE' });
  });
});

test('a server that is not there, and one that is none', async () => {
  const { port } = await new Promise<AddressInfo>((resolve) => {
    const closed = createSocketServer().listen(0, '127.0.0.1', () => {
      const address = closed.address() as AddressInfo;
      closed.close(() => resolve(address));
    });
  });
  await using absent = openServer({ url: `http://127.0.0.1:${port}/v1` });
  await assert.rejects(listModels(absent), { code: 'UPSTREAM_UNREACHABLE' });
  const noise = createSocketServer((socket) => socket.end('SSH-2.0-x\r\n')).listen(0, '127.0.0.1');
  await once(noise, 'listening');
  await using strange = openServer({ url: `http://127.0.0.1:${(noise.address() as AddressInfo).port}/v1` });
  await assert.rejects(listModels(strange), { code: 'UPSTREAM_ANSWER' });
  noise.close();
});

test('models are listed, with the kind of server', async () => {
  for (const [owner, kind] of [
    ['library', 'ollama'],
    ['vllm', 'vllm'],
    ['llamacpp', 'llama.cpp'],
    ['__proto__', 'openai-compatible'],
  ] as const) {
    await using stub = await startStub({ models: ['a', 'b:1', 'a'], owner });
    await using server = openServer({ url: `${stub.url}/` });
    assert.deepEqual(await listModels(server), { names: ['a', 'b:1'], kind });
  }
  await using stub = await startStub();
  stub.serve((answer) => void answer.end('{"data":[{"id":"a","isobit":{}}]}'));
  await using server = openServer({ url: new URL(stub.url).origin });
  assert.deepEqual(await listModels(server), { names: ['a'], kind: 'isobit' });
});

test('a list that is none', async () => {
  await using stub = await startStub();
  const { origin } = new URL(stub.url);
  for (const body of [
    '<html>',
    '[]',
    'null',
    '{"data":[{}]}',
    '{"data":[{"id":""}]}',
    `{"data":[{"id":"${'x'.repeat(513)}"}]}`,
  ]) {
    stub.serve((answer) => void answer.end(body));
    await using server = openServer({ url: `${origin}/elsewhere` });
    await assert.rejects(listModels(server), { code: 'UPSTREAM_ANSWER' }, body);
  }
});

test('a base URL and a key of the wrong form', () => {
  for (const url of ['ftp://a/', 'http://a/?b', 'http://user:word@a/', 'a', 'http://a/#b'])
    assert.throws(() => openServer({ url }), { code: 'UPSTREAM_OPTION' }, url);
  for (const key of ['', 'a b', 'a\n', 'é'])
    assert.throws(() => openServer({ url: 'http://127.0.0.1/', key }), { code: 'UPSTREAM_OPTION' }, key);
});
