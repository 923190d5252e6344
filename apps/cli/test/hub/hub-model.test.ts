import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { NodeApi } from '@isobit/client';
import { concatBytes, sha256, toHex, utf8 } from '@isobit/core';
import { type HubRepo, type HubServer, startHub } from '@isobit/store/testing';
import { tempDir } from '@isobit/testing';
import { hubModel } from '../../src/hub/hub-model.ts';
import { knownModel, knownRepository } from '../../src/hub/known-repository.ts';
import { pulledModel } from '../../src/hub/pulled-model.ts';
import { createBlockHasher } from '../../src/publish/block-hasher.ts';
import { capture } from '../capture.ts';

const COMMIT = 'c0ffee'.padEnd(40, '0');
const { signal } = new AbortController();

const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: number): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string): Uint8Array => concatBytes(u64(utf8(value).length), utf8(value));

/** A GGUF file with a template and nothing else, and padding so that the template lies beyond the first read. */
function gguf(template: string, padding = 0): Uint8Array {
  const member = (key: string, value: string): Uint8Array => concatBytes(text(key), u32(8), text(value));
  const pads = Array.from({ length: Math.ceil(padding / 1_000_000) }, (_, i) =>
    member(`p${i}`, 'x'.repeat(1_000_000)),
  );
  return concatBytes(
    utf8('GGUF'),
    u32(3),
    u64(0),
    u64(1 + pads.length),
    ...pads,
    member('tokenizer.chat_template', template),
  );
}

interface Published {
  readonly files: { path: string; size: number }[];
  readonly [member: string]: unknown;
}

/** As much of a node as publishing asks: it remembers what was published and gives each a number as its id. */
function stubNode(): { api: NodeApi; published: Published[]; forget(): void } {
  const published: Published[] = [];
  let forgotten = 0;
  const known = (id: string): boolean => Number(id) >= forgotten && Number(id) < published.length;
  const put = async (body: AsyncIterable<Uint8Array>): Promise<Response> => {
    const hasher = createBlockHasher();
    let size = 0;
    for await (const chunk of body) {
      hasher.update(chunk);
      size += chunk.length;
    }
    return Response.json({ root: hasher.root(), size });
  };
  const list = (): object[] =>
    published.map(({ name }, id) => ({
      id: `${id}`,
      name,
      version: '1',
      title: '',
      task: '',
      size: 1,
      publisher: '',
      held: known(`${id}`),
    }));
  const api = {
    baseUrl: 'http://node',
    async resolve(id: string) {
      if (!known(id))
        throw Object.assign(new Error('unknown'), { name: 'CodedError', code: 'MODEL_UNKNOWN', details: {} });
      return { id };
    },
    async request(path: string, { method, body }: { method?: string; body?: unknown } = {}) {
      if (path === '/api/blobs') return put(body as AsyncIterable<Uint8Array>);
      if (method !== 'POST') return Response.json({ models: list() });
      const model = JSON.parse(body as string) as Published;
      published.push(model);
      return Response.json({ id: `${published.length - 1}`, name: model['name'], version: '1' });
    },
  } as unknown as NodeApi;
  return {
    api,
    published,
    forget() {
      forgotten = published.length;
    },
  };
}

interface Scene {
  readonly server: HubServer;
  readonly node: ReturnType<typeof stubNode>;
  readonly home: string;
  /** Pulls, and gives what was told meanwhile too. */
  pull(
    ref?: Parameters<typeof hubModel>[0]['ref'],
    more?: object,
  ): Promise<{ told: string; model: Awaited<ReturnType<typeof hubModel>> }>;
  options(): Parameters<typeof hubModel>[0];
}

async function scene(t: TestContext, repo: Partial<HubRepo> = {}): Promise<Scene> {
  const files = { 'Model-Q8_0.gguf': gguf('{{ a }}\n{{ b }}') };
  const server = await startHub({ 'org/Model-GGUF': { commit: COMMIT, files, ...repo } });
  t.after(() => server[Symbol.asyncDispose]());
  const home = tempDir(t);
  const node = stubNode();
  const options = () => ({
    api: node.api,
    ref: { repo: 'org/Model-GGUF' },
    env: { HF_ENDPOINT: server.url, HF_HOME: join(home, 'hf') },
    home,
    terminal: capture().terminal,
    signal,
  });
  return {
    server,
    node,
    home,
    options,
    async pull(ref = { repo: 'org/Model-GGUF' }, more = {}) {
      const { terminal, stderr } = capture();
      const model = await hubModel({ ...options(), ref, terminal, ...more });
      return { model, told: stderr() };
    },
  };
}

describe('a model of a hub', () => {
  test('is published with its commit, licence and name', async (t) => {
    const { pull, node } = await scene(t, { license: 'apache-2.0' });
    const { model, told } = await pull();
    const [{ files, ...rest } = { files: [] }] = node.published;
    assert.deepEqual(rest, {
      name: 'model-q8_0',
      entry: 'Model-Q8_0.gguf',
      title: 'Model Q8_0',
      licence: 'Apache-2.0',
      card: { source: `hf.co/org/Model-GGUF@${COMMIT}` },
    });
    assert.deepEqual(
      files.map(({ path }) => path),
      ['Model-Q8_0.gguf'],
    );
    assert.deepEqual(
      [model.name, model.version, model.source],
      ['model-q8_0', '1', `hf.co/org/Model-GGUF@${COMMIT}`],
    );
    assert.equal(model.template?.is, 'new');
    const lines = told.split('\n');
    assert.match(
      lines[0] ?? '',
      /org\/Model-GGUF at main, commit c0ffee000000: Model-Q8_0\.gguf, chosen since/,
    );
    assert.match(lines[1] ?? '', /it takes about .* of memory to run, and .* are free on this machine/);
    assert.match(lines[2] ?? '', /^fetched/);
  });

  test('that does not fit into memory says so', async (t) => {
    const { pull } = await scene(t);
    t.mock.method(process, 'availableMemory', () => 10);
    assert.match((await pull()).told, /more than the 10 B that are free on this machine/);
  });

  test('is found again by its files, not published twice', async (t) => {
    const { pull, node, home } = await scene(t);
    const first = await pull();
    const again = await pull({ repo: 'org/Model-GGUF', quant: 'q8_0' });
    assert.equal(again.model.id, first.model.id);
    assert.equal(again.model.fetched, 0);
    assert.equal(again.model.template?.is, 'known');
    assert.equal(node.published.length, 1);
    assert.equal((await knownModel(home, { repo: 'org/Model-GGUF' }))?.commit, COMMIT);
    assert.equal(await knownModel(home, { repo: 'org/Model-GGUF', quant: 'q4_0' }), undefined);
    assert.equal(await knownModel(home, { repo: 'org/Model-GGUF', revision: 'v2' }), undefined);
  });

  test('is published again where the node forgot it, or where it is to have another name', async (t) => {
    const { pull, node } = await scene(t);
    await pull();
    await pull(undefined, { name: 'other' });
    assert.deepEqual(
      node.published.map(({ name }) => name),
      ['model-q8_0', 'other'],
    );
    node.forget();
    await pull();
    assert.equal(node.published.length, 3);
  });

  test('names the parent that was pulled before', async (t) => {
    const { pull, node, server } = await scene(t);
    const { model } = await pull();
    const files = { 'tuned-Q8_0.gguf': gguf('{{ c }}') };
    server.repos.set('org/tuned', {
      commit: 'd'.repeat(40),
      files,
      baseModel: ['org/none', 'org/Model-GGUF'],
    });
    await pull({ repo: 'org/tuned' });
    assert.equal(node.published[1]?.['parent'], model.id);
    node.forget();
    server.repos.set('org/tuned2', { commit: 'd'.repeat(40), files, baseModel: 'org/Model-GGUF' });
    await pull({ repo: 'org/tuned2' });
    assert.equal(node.published[2]?.['parent'], undefined);
  });

  test('in several parts is all of them, which a broken pull takes up where it was', async (t) => {
    const [first, second] = [1, 2].map((number) => `Q8_0/Model-Q8_0-0000${number}-of-00002.gguf`);
    const weights = new Uint8Array(3_000_000).fill(7);
    const files = {
      [first as string]: gguf('{{ a }}'),
      [second as string]: weights,
      'Model-Q4_0.gguf': gguf('{{ b }}'),
    };
    const { pull, node, server, home } = await scene(t, { files });
    const ref = { repo: 'org/Model-GGUF', quant: 'Q8_0' };
    server.faults.replace.set(
      toHex(sha256(weights)),
      weights.map((byte) => byte ^ 1),
    );
    await assert.rejects(pull(ref), { code: 'HUB_DIGEST', message: /00002-of-00002/ });
    assert.equal(node.published.length, 0);
    server.faults.replace.clear();
    server.faults.cutAfter.push(1_000_000);
    const { model, told } = await pull(ref);
    assert.equal(model.fetched, weights.length);
    assert.match(told, /: Q8_0\/Model-Q8_0-00001-of-00002\.gguf in 2 files\n3\.0\d MB; it takes about/);
    assert.equal(model.template?.is, 'new');
    assert.equal(node.published[0]?.['entry'], first);
    assert.deepEqual(
      node.published[0]?.files.map(({ path, size }) => [path, size]),
      [
        [first, gguf('{{ a }}').length],
        [second, weights.length],
      ],
    );
    assert.equal((await knownModel(home, { ...ref, quant: 'q8_0/model-q8_0' }))?.id, model.id);
  });

  test('in safetensors comes with what belongs to it', async (t) => {
    const files = {
      'config.json': utf8('{}'),
      'tokenizer.json': utf8('{}'),
      'tokenizer_config.json': utf8(
        '{"chat_template":[{"name":"tool","template":"t"},{"name":"default","template":"d"}]}',
      ),
      'model.safetensors': new Uint8Array(100),
      'pytorch_model.bin': new Uint8Array(100),
    };
    const { pull, node, home } = await scene(t, { files });
    assert.match((await pull()).told, /safetensors in one file/);
    assert.equal(node.published[0]?.['entry'], 'config.json');
    assert.deepEqual(
      node.published[0]?.files.map(({ path }) => path),
      ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'],
    );
    assert.equal((await knownRepository(home, 'org/Model-GGUF')).template?.text, 'd');
  });
});

describe('a chat template', () => {
  test('that changed is shown as a difference', async (t) => {
    const { pull, server } = await scene(t);
    await pull();
    const files = { 'Model-Q8_0.gguf': gguf('{{ a }}\n{{ evil\u001b[2J }}') };
    server.repos.set('org/Model-GGUF', { commit: 'd'.repeat(40), files });
    const { told, model } = await pull();
    assert.equal(model.template?.is, 'changed');
    assert.match(told, /its chat template is not the one known of org\/Model-GGUF at c0ffee000000:/);
    assert.match(told, / {2}- \{\{ b \}\}\n {2}\+ \{\{ evil\\u\{1b\}\[2J \}\}/);
  });

  test('is compared with that of the model it was made from', async (t) => {
    const { pull, server } = await scene(t);
    await pull();
    const files = { 'tuned-Q8_0.gguf': gguf('{{ c }}') };
    server.repos.set('org/tuned', { commit: 'd'.repeat(40), files, baseModel: 'org/Model-GGUF' });
    const { told, model } = await pull({ repo: 'org/tuned' });
    assert.equal(model.template?.is, 'changed');
    assert.match(told, /known of org\/Model-GGUF/);
  });

  test('is found behind a large vocabulary, and absent in what is no model', async (t) => {
    const { pull, server } = await scene(t, { files: { 'm.gguf': gguf('{{ far }}', 5_000_000) } });
    assert.equal((await pull()).model.template?.is, 'new');
    server.repos.set('org/none', { commit: COMMIT, files: { 'm.gguf': utf8('GGUF') } });
    assert.equal((await pull({ repo: 'org/none' })).model.template, undefined);
  });
});

describe('a model that is run', () => {
  test('is not asked of the hub where it was pulled before', async (t) => {
    const { pull, options, server } = await scene(t);
    const { model } = await pull();
    server.seen.length = 0;
    const needOperator = (): never => assert.fail('no operator is needed');
    assert.equal((await pulledModel({ ...options(), needOperator })).id, model.id);
    assert.deepEqual(server.seen, []);
  });

  test('is pulled otherwise, by the operator alone', async (t) => {
    const { options, node } = await scene(t);
    const needOperator = (): never => {
      throw new Error('no token');
    };
    await assert.rejects(pulledModel({ ...options(), needOperator }), /no token/);
    assert.equal(node.published.length, 0);
    assert.equal((await pulledModel({ ...options(), needOperator: () => {} })).id, '0');
  });
});

test('a memory that was damaged is as good as none', async (t) => {
  const { pull, home } = await scene(t);
  await pull();
  writeFileSync(join(home, 'hub', 'org--Model-GGUF.json'), '{"models":1}');
  assert.deepEqual(await knownRepository(home, 'org/Model-GGUF'), { models: [] });
  assert.equal((await pull()).model.template?.is, 'new');
});
