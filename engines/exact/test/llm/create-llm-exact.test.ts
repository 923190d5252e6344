import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { digests } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { createLlmExact, type LlmExactOptions } from '../../src/index.ts';
import { languageRuntimeSuite } from './language-runtime-suite.ts';
import { languageSource, textModelFile, textRequest } from './text-model.ts';

const create = (options: Partial<LlmExactOptions> = {}) =>
  createLlmExact({ kernels: (build) => readFile(wasmPath(build)), ...options });

languageRuntimeSuite('exact, in this process', [], create);

describe('a model names the build that runs it, and all builds give the same answer', () => {
  const source = languageSource(textModelFile());
  const builds = {
    single: {},
    shared: { threads: 2 },
    single64: { addresses: 64 },
    shared64: { threads: 2, addresses: 64 },
  } as const;
  for (const [build, options] of Object.entries(builds)) {
    test(build, async () => {
      await using plain = create();
      await using runtime = create(options);
      await using model = await runtime.load(source);
      assert.equal(model.engine?.digest, digests[build as keyof typeof builds]);
      await using known = await plain.load(source);
      const request = textRequest(source);
      assert.deepEqual(await model.execute(request), await known.execute(request));
    });
  }
});

test('of two models that are loaded together, only as many are as the memory holds', async () => {
  // Their caches alone take some 26 MiB each.
  const deep = [1, 2].map((seed) => languageSource(textModelFile({ seed, layers: 100, context: 4_096 })));
  await using runtime = create({ memoryBytes: 64 * 2 ** 20 });
  const loads = await Promise.allSettled(deep.map((source) => runtime.load(source)));
  const refused = loads.flatMap((load) => (load.status === 'rejected' ? [load.reason as unknown] : []));
  assert.equal(refused.length, 1);
  assert.ok(isCoded(refused[0], 'MODEL_MEMORY'));
  for (const load of loads) if (load.status === 'fulfilled') await load.value[Symbol.asyncDispose]();
  await using _ = await runtime.load(deep[1] as (typeof deep)[number]);
});
