import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import type { ModelSource, Runtime } from '@isobit/exact';
import { languageSource, partsSource, splitGguf, textModelFile, textRequest } from '@isobit/exact/testing';
import { ofKind } from '@isobit/receipt';
import { need, tempDir } from '@isobit/testing';

/** Imported when a test runs: without the native engines even finding them fails. */
const native = () => import('../src/index.ts');

const bytes = textModelFile({ withBytes: true });
const parts = splitGguf(bytes, [0, 5], 'Q8_0/nonsense');
const whole = languageSource(bytes);
const split = partsSource(parts);

/** Its files, under names that say nothing. */
function placed(source: ModelSource, folder: string): ModelSource {
  const names = new Map(source.manifest.files.map(({ path, root }) => [path, join(folder, root)]));
  return {
    ...source,
    async locate(path) {
      const file = names.get(path) as string;
      writeFileSync(file, await source.read(path));
      return file;
    },
  };
}

/** The likeliest tokens. */
async function tokensOf(runtime: Runtime, source: ModelSource) {
  await using model = await runtime.load(source);
  const { response } = await model.execute(textRequest(source, { sampling: { temperature: '0' } }));
  return ofKind(response, 'text').choices.map(({ tokens }) => tokens);
}

test('llama.cpp in WebAssembly gives a model in parts the bits of the whole', need('native'), async () => {
  await using runtime = (await native()).createLlamaWasm({ readRoots: [], memoryMiB: 512 });
  await using one = await runtime.load(whole);
  await using three = await runtime.load(split);
  const { response } = await one.execute(textRequest(whole));
  assert.deepEqual((await three.execute(textRequest(split))).response, response);
  const lacking = partsSource({ ...parts });
  const { files } = lacking.manifest;
  await assert.rejects(
    runtime.load({ ...lacking, manifest: { ...lacking.manifest, files: files.slice(0, 2) } }),
    (error) => isCoded(error, 'MODEL_MALFORMED') && /absent/.test(error.message),
  );
});

test('native llama.cpp finds the parts of a model beside the first', need('native'), async (t) => {
  const folder = tempDir(t);
  await using runtime = (await native()).createLlamaNative({
    readRoots: [folder],
    memoryMiB: 512,
    allow: () => true,
  });
  const expected = await tokensOf(runtime, placed(whole, folder));
  assert.ok((expected[0]?.length ?? 0) > 0);
  assert.deepEqual(await tokensOf(runtime, placed(split, folder)), expected);
});

test('the names of parts are links that end with their runtime', need('native'), async (t) => {
  const folder = tempDir(t);
  const { createLinkedParts } = await import('../src/llama/linked-parts.ts');
  const links = createLinkedParts();
  assert.equal(links.of(whole), whole);
  const linked = links.of(placed(split, folder));
  const paths = await Promise.all(Object.keys(parts).map((path) => linked.locate?.(path)));
  assert.ok(paths.every((path) => path?.startsWith(links.folder) && existsSync(path)));
  assert.match(paths[1] as string, /\/nonsense-00002-of-00003\.gguf$/);
  await links[Symbol.asyncDispose]();
  assert.ok(!existsSync(links.folder));
});
