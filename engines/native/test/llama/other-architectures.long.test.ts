import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import type { ModelSource } from '@isobit/exact';
import type { LanguageProcess } from '@isobit/exact/process';
import { languageSource, type OtherModel, otherModels, textRequest } from '@isobit/exact/testing';
import { ofKind } from '@isobit/receipt';
import { need } from '@isobit/testing';

/* Models that llm-exact-1 does not describe, under both profiles of llama.cpp. */

const native = () => import('../../src/index.ts');
const code = (expected: string) => (error: unknown) => isCoded(error, expected);

const folder = mkdtempSync(join(tmpdir(), 'isobit-other-'));
after(() => rmSync(folder, { recursive: true }));
const options = { readRoots: [folder], memoryMiB: 512 };

function sourceOf(name: OtherModel): ModelSource {
  const bytes = otherModels[name]();
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return { ...languageSource(bytes), locate: async () => file };
}

describe('other architectures on llama.cpp', need('native'), () => {
  let first: LanguageProcess;
  let second: LanguageProcess;
  let fast: LanguageProcess;
  before(async () => {
    const { createLlamaNative, createLlamaWasm } = await native();
    first = createLlamaWasm(options);
    second = createLlamaWasm(options);
    fast = createLlamaNative({ ...options, allow: () => true });
  });
  after(async () => {
    for (const runtime of [first, second, fast]) await runtime[Symbol.asyncDispose]();
  });

  for (const name of Object.keys(otherModels) as OtherModel[]) {
    test(`${name}: a second process gives the same bits, and finds the token that is not`, async () => {
      const source = sourceOf(name);
      const request = textRequest(source, { maxTokens: 12, logProbabilities: 3 });
      await using model = await first.load(source);
      const answer = await model.execute(request, { trace: true });
      assert.equal(ofKind(answer.response, 'text').choices[0]?.tokens.length, 12);
      await using again = await second.load(source);
      assert.deepEqual(await again.execute(request, { trace: true }), answer);
      const { response, trace } = answer;
      assert.deepEqual(await again.check?.(request, response, { trace: true }), { response, trace });
      const lied = structuredClone(ofKind(response, 'text'));
      const tokens = lied.choices[0]?.tokens as number[];
      tokens[7] = tokens[7] === 40 ? 41 : 40;
      const found = await again.check?.(request, lied);
      assert.ok(found && 'difference' in found);
      assert.equal(found.difference.index, 7);
    });

    test(`${name}: native, the likeliest tokens are the same`, async () => {
      const source = sourceOf(name);
      const request = textRequest(source, { maxTokens: 6, sampling: { temperature: '0' } });
      await using one = await fast.load(source);
      await using two = await first.load(source);
      const tokensOf = async (model: typeof one) =>
        ofKind((await model.execute(request)).response, 'text').choices[0]?.tokens;
      assert.deepEqual(await tokensOf(one), await tokensOf(two));
    });
  }
});

describe('a process of llama.cpp with several models', need('native'), () => {
  for (const profile of ['fast', 'llama-wasm-1'] as const) {
    test(`${profile}: one that is let go leaves the others as they are`, async () => {
      const { createLlamaNative, createLlamaWasm } = await native();
      await using runtime =
        profile === 'fast' ? createLlamaNative({ ...options, allow: () => true }) : createLlamaWasm(options);
      const [first, second] = [sourceOf('gemma'), sourceOf('gpt2')];
      const gone = await runtime.load(first);
      await using stays = await runtime.load(second);
      const ask = async (model: typeof stays, source: ModelSource) =>
        ofKind(
          (await model.execute(textRequest(source, { sampling: { temperature: '0' } }))).response,
          'text',
        ).choices[0]?.tokens;
      const [pid] = runtime.state.pids;
      const before = await ask(stays, second);
      await ask(gone, first);
      await gone[Symbol.asyncDispose]();
      assert.deepEqual(await ask(stays, second), before);
      await using again = await runtime.load(first);
      await ask(again, first);
      assert.deepEqual(await ask(stays, second), before);
      assert.deepEqual(runtime.state.pids, [pid]);
    });
  }
});

describe('llama.cpp refuses by name', need('native'), () => {
  test('native, what the operator did not allow, before a process sees it', async () => {
    const { createLlamaNative } = await native();
    await using runtime = createLlamaNative({ ...options, allow: ({ title }) => title === 'mine' });
    await assert.rejects(runtime.load(sourceOf('gemma')), code('MODEL_NOT_ALLOWED'));
    assert.deepEqual(runtime.state.pids, []);
  });

  test('native, what lies in no file', async () => {
    const { createLlamaNative } = await native();
    await using runtime = createLlamaNative({ ...options, allow: () => true });
    await assert.rejects(runtime.load(languageSource(otherModels.gpt2())), code('MODEL_BYTES'));
  });

  test('a file whose bytes are not those of the manifest', async () => {
    const { createLlamaNative, createLlamaWasm } = await native();
    const source = sourceOf('gpt2');
    const changed = otherModels.gpt2();
    changed[changed.length - 1] = (changed[changed.length - 1] as number) ^ 1;
    writeFileSync(join(folder, 'gpt2'), changed);
    await using fast = createLlamaNative({ ...options, allow: () => true });
    await using exact = createLlamaWasm(options);
    for (const runtime of [fast, exact]) await assert.rejects(runtime.load(source), code('MODEL_BYTES'));
  });

  test('a model that lacks a tensor, and one that needs more memory than there is', async () => {
    const { createLlamaNative, createLlamaWasm } = await native();
    const bytes = otherModels.gpt2();
    const at = Buffer.from(bytes).indexOf('blk.1.ffn_up.bias');
    bytes.set(Buffer.from('blk.9'), at);
    const file = join(folder, 'lacking');
    writeFileSync(file, bytes);
    const source = { ...languageSource(bytes), locate: async () => file };
    await using fast = createLlamaNative({ ...options, allow: () => true });
    await using exact = createLlamaWasm(options);
    for (const runtime of [fast, exact]) await assert.rejects(runtime.load(source), code('MODEL_REFUSED'));
    const manifest = source.manifest;
    const huge = { ...manifest, files: manifest.files.map((each) => ({ ...each, size: 2 ** 31 })) };
    assert.ok(!exact.takes(huge));
    assert.ok(!exact.takes({ ...manifest, task: 'text-embedding' }));
    assert.ok(!exact.takes({ ...manifest, card: { profiles: ['llm-exact-1'] } }));
    assert.ok(exact.takes({ ...manifest, card: { profiles: ['llama-wasm-1'] } }));
  });
});
