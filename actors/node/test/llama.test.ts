import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { describe, test } from 'node:test';
import { createClient, createReplayer } from '@isobit/client';
import { isCoded, sha256, toHex } from '@isobit/core';
import { kernelsDigest, type ModelSource, wllamaDigest, wllamaScriptDigest } from '@isobit/exact';
import { otherModels, textModelFile } from '@isobit/exact/testing';
import { entryFile, type Manifest } from '@isobit/model';
import { fast, llamaWasm, llmExact, ofKind, profileDigest } from '@isobit/receipt';
import { need, waitFor } from '@isobit/testing';
import { claimOf } from '@isobit/verify';
import { installedNatives } from '../src/installed-natives.ts';
import { startNode, type TestNode, told } from './support.ts';

const PROMPT = {
  prompt: { text: 'abc' },
  maxTokens: 8,
  sampling: { temperature: '1', logitBias: { 2: '-100' } },
};

async function publish(node: TestNode, bytes: Uint8Array, extra: object = {}): Promise<string> {
  const body = bytes as Uint8Array<ArrayBuffer>;
  const blob = await node.json<{ root: string; size: number }>('/api/blobs', { method: 'PUT', body });
  const publication = JSON.stringify({
    name: 'nonsense',
    entry: 'nonsense.gguf',
    files: [{ path: 'nonsense.gguf', ...blob }],
    ...extra,
  });
  return (await node.json<{ id: string }>('/api/models', { method: 'POST', body: publication })).id;
}

const profilesOf = async (node: TestNode, id: string) => (await node.api.workers(id))[0]?.profiles;

/** Another machine's replayer: all that it has of the node is what the node serves. */
async function replayerFor(node: TestNode) {
  const runtime = (await installedNatives()).createLlamaWasm({ readRoots: [], memoryMiB: 512 });
  const replayer = createReplayer({
    runtime: async ({ name }) => (name === llamaWasm.name ? runtime : undefined),
    async source(manifest: Manifest): Promise<ModelSource> {
      const answer = await node.api.request(`/blobs/${entryFile(manifest).root}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return { manifest, read: async () => bytes };
    },
  });
  return {
    ...replayer,
    async [Symbol.asyncDispose]() {
      await replayer[Symbol.asyncDispose]();
      await runtime[Symbol.asyncDispose]();
    },
  };
}

describe('a node with the engines of llama.cpp', need('native'), () => {
  const all = { fast: true, llamaWasm: true, languageMemoryMiB: 512 };

  test('publishes a model that llm-exact-1 does not describe, and runs it as llama-wasm-1 and as fast', async (t) => {
    const node = await startNode(t, all);
    const id = await publish(node, otherModels.gemma(), {
      card: { profiles: ['llm-exact-1'], source: 'a test' },
    });
    const { manifest } = await node.api.resolve(id);
    const { parameters, ...card } = manifest.card as Record<string, unknown>;
    assert.ok(Number(parameters) > 0);
    assert.deepEqual(card, {
      architecture: 'gemma',
      quantisation: 'Q8_0',
      context: 128,
      source: 'a test',
      profiles: ['llama-wasm-1'],
    });
    assert.deepEqual(await profilesOf(node, id), [llamaWasm.name, fast.name]);

    await using replayer = await replayerFor(node);
    const client = createClient({ baseUrl: node.url, replayer });
    let told = '';
    const exact = await client.generate({
      model: id,
      ...PROMPT,
      trace: true,
      check: 'replay',
      onPiece: ({ text }) => {
        told += text;
      },
    });
    assert.equal(told, exact.response.choices[0]?.text);
    const { receipt } = exact.evidence;
    assert.equal(receipt.profile, profileDigest(llamaWasm));
    assert.deepEqual(receipt.details.engine, {
      name: 'wllama',
      version: '2.3.7',
      digest: llamaWasm.rules['wasm'],
    });
    assert.equal(claimOf(exact.verdict, 'execution').status, 'verified');
    const { request, response } = exact.evidence;
    assert.ok(request && response);
    const lied = structuredClone(ofKind(response, 'text'));
    const tokens = lied.choices[0]?.tokens as number[];
    tokens[5] = tokens[5] === 40 ? 41 : 40;
    const replay = {
      request: ofKind(request, 'text'),
      response: lied,
      manifest,
      profile: llamaWasm,
      trace: false,
    };
    const found = await replayer.check(replay, {});
    assert.ok(!found.agrees, 'a lie about one token is found');
    assert.equal((found.difference as { index?: number }).index, 5);

    const quick = await client.generate({ model: id, ...PROMPT, trace: true, profile: fast.name });
    assert.equal(quick.evidence.receipt.profile, profileDigest(fast));
    assert.equal(quick.evidence.receipt.details.engine.name, 'node-llama-cpp');
    assert.equal(quick.evidence.receipt.details.engine.digest, undefined);
    assert.equal(quick.evidence.trace, undefined);
    assert.equal(ofKind(quick.response, 'text').choices[0]?.tokens.length, 8);
    const { status, reason } = claimOf(quick.verdict, 'execution');
    assert.deepEqual([status, reason], ['unchecked', 'profile-fast']);
    await assert.rejects(client.generate({ model: id, ...PROMPT, profile: llmExact.name }), {
      code: 'JOB_UNAVAILABLE',
    });
  });

  test('a model that llm-exact-1 describes runs under all three, each with its own engine', async (t) => {
    const node = await startNode(t, all);
    const id = await publish(node, textModelFile({ withBytes: true }));
    assert.deepEqual(await profilesOf(node, id), [llmExact.name, llamaWasm.name, fast.name]);
    const client = createClient({ baseUrl: node.url });
    const engineOf = async (profile?: string) =>
      (await client.generate({ model: id, ...PROMPT, ...(profile ? { profile } : {}) })).evidence.receipt
        .details.engine;
    assert.equal((await engineOf()).digest, kernelsDigest);
    assert.equal((await engineOf(llamaWasm.name)).name, 'wllama');
    assert.equal((await engineOf(fast.name)).name, 'node-llama-cpp');
    const metrics = await (await node.api.request('/metrics')).text();
    assert.match(metrics, /isobit_engine_processes 4/);
  });

  test('native code gets no stranger’s model, unless its id was allowed', async (t) => {
    const first = await startNode(t);
    const id = await publish(first, otherModels.gemma());
    const join = { join: first.node.addresses(), replicateBytes: 2 ** 20, ...all };
    const second = await startNode(t, join);
    const third = await startNode(t, { ...join, fastModels: [id] });
    const offered = async (node: TestNode) =>
      (await node.api.workers(id)).find(({ worker }) => worker === node.node.address)?.profiles;
    for (const [node, profiles] of [
      [second, [llamaWasm.name]],
      [third, [llamaWasm.name, fast.name]],
    ] as const) {
      await waitFor(async () => (await offered(node)) !== undefined, { what: 'the model to be offered' });
      assert.deepEqual(await offered(node), profiles);
    }
    // Of the first, which has no such engines, nobody hears that it runs the model.
    assert.ok((await second.api.workers(id)).every(({ worker }) => worker !== first.node.address));
  });
});

test('binary and script of llama.cpp are served by digest, with their licence', need('native'), async (t) => {
  const node = await startNode(t, { roles: ['gateway'] });
  const served = (path: string) => node.api.request(path);
  for (const [digest, type] of [
    [wllamaDigest, 'application/wasm'],
    [wllamaScriptDigest, 'text/javascript; charset=utf-8'],
  ] as const) {
    const { headers, ...answer } = await bodyOf(served(`/engines/${digest}`));
    assert.equal(toHex(sha256(answer.bytes)), digest);
    assert.equal(headers.get('content-type'), type);
    const [, licence] = /^<(.+)>; rel="license"$/.exec(headers.get('link') ?? '') ?? [];
    assert.match(Buffer.from((await bodyOf(served(licence ?? ''))).bytes).toString(), /^MIT License/);
  }
});

const bodyOf = async (asked: Promise<Response>) => {
  const answer = await asked;
  return { headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
};

test('where the engines are not installed a node says what to run, and offers what it can', async (t) => {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== '@isobit/native') return next(specifier, context);
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
  t.after(() => hooks.deregister());
  await assert.rejects(
    installedNatives(),
    (error) => isCoded(error, 'ENGINE_UNAVAILABLE') && /npm run setup:native/.test(error.message),
  );
  const node = await startNode(t, { fast: true, llamaWasm: true });
  for (const digest of [wllamaDigest, wllamaScriptDigest]) {
    const refused = await fetch(`${node.url}/engines/${digest}`);
    assert.match(await refused.clone().text(), /not installed: npm run setup:native/);
    assert.deepEqual(await told(refused), [503, 'ENGINE_UNAVAILABLE']);
  }
  const warned = node.reports.filter(({ message }) => /npm run setup:native/.test(message));
  assert.deepEqual(
    warned.map(({ level }) => level),
    ['warn'],
  );
  const id = await publish(node, textModelFile());
  assert.deepEqual(await profilesOf(node, id), [llmExact.name]);
});
