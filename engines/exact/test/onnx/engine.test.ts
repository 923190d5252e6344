import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isCoded, sha256, toHex } from '@isobit/core';
import { onnxExact } from '@isobit/receipt';
import { createOnnxExact, engineDigest, exactEngine } from '../../src/index.ts';
import { wasmPath } from '../../src/process/engine-file.ts';
import { models } from '../models.ts';
import { sourceOf } from '../source.ts';

const source = () => sourceOf(models.scalar());

test('the installed binary is the one that the profile names', () => {
  assert.equal(toHex(sha256(readFileSync(wasmPath()))), onnxExact.rules['wasm']);
  assert.equal(engineDigest, onnxExact.rules['wasm']);
  assert.deepEqual(exactEngine, { name: 'onnxruntime-web', version: '1.30.0', digest: engineDigest });
});

test('the build used is ort.wasm.bundle.min.mjs, in Node as in a browser', () => {
  assert.equal(import.meta.resolve('onnxruntime-web/wasm').split('/').at(-1), 'ort.wasm.bundle.min.mjs');
});

test('another binary is refused before the engine sees it, and the right one still starts it, without a network', async (t) => {
  t.mock.method(globalThis, 'fetch', () => assert.fail('the engine fetched something'));
  const wrong = readFileSync(wasmPath());
  wrong[wrong.length - 1] = (wrong[wrong.length - 1] as number) ^ 1;
  await using bad = createOnnxExact({ wasm: wrong });
  await assert.rejects(bad.load(source()), (error) => isCoded(error, 'ENGINE_DIGEST'));
  await using good = createOnnxExact({ wasm: readFileSync(wasmPath()) });
  await using model = await good.load(source());
  assert.equal(model.inputs.length, 1);
});

test('what "." exports reaches no module of Node, so it bundles for a browser', () => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|(?<!typeof )import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      assert.ok(!specifier.startsWith('node:'), `${path} imports ${specifier}`);
      if (specifier.startsWith('.')) visit(join(dirname(path), specifier));
      else if (specifier.startsWith('@isobit/')) visit(fileURLToPath(import.meta.resolve(specifier)));
    }
  };
  visit(fileURLToPath(import.meta.resolve('@isobit/exact')));
  assert.ok(seen.size > 20);
});

test('files of the package are where its exports say', () => {
  const folder = fileURLToPath(new URL('../../', import.meta.url));
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  for (const path of Object.values(exports)) assert.ok(existsSync(join(folder, path)), path);
  assert.ok(readdirSync(join(folder, 'src')).includes('index.ts'));
});
