import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { languageSource, otherModels, textRequest } from '@isobit/exact/testing';
import { installedNatives } from '@isobit/node/installed-natives';
import { createTextResponse, fast, llamaWasm, ofKind } from '@isobit/receipt';
import { openBlobFolder } from '@isobit/store';
import { need, tempDir } from '@isobit/testing';
import { hostsBy } from '../../src/replay/blob-hosts.ts';
import { createLocalReplayer } from '../../src/replay/local-replayer.ts';
import { capture } from '../capture.ts';

const bytes = otherModels.gemma();
const source = languageSource(bytes);
const { manifest } = source;
const request = textRequest(source, { profile: llamaWasm.name, maxTokens: 8 });
const anything = createTextResponse({
  promptTokens: 3,
  choices: [{ tokens: [40, 41], text: 'ab', finish: 'length' }],
});

const replayerIn = (home: string) =>
  createLocalReplayer({ home, hosts: hostsBy([], undefined, false), terminal: capture().terminal });

const check = (replayer: ReturnType<typeof replayerIn>, response = anything, profile = llamaWasm) => {
  assert.ok(replayer.check);
  return replayer.check({ request, response, manifest, profile, trace: false }, {});
};

const code = (expected: string) => (error: unknown) => isCoded(error, expected);

test('an answer under llama-wasm-1 is made again from the cache', need('native'), async (t) => {
  const { createLlamaWasm } = await installedNatives();
  await using runtime = createLlamaWasm({ readRoots: [], memoryMiB: 512 });
  await using model = await runtime.load(source);
  const response = ofKind((await model.execute(request)).response, 'text');
  const home = tempDir(t);
  const store = await openBlobFolder({ dir: join(home, 'cache') });
  await store.put([bytes]);
  await using replayer = replayerIn(home);
  assert.deepEqual(await check(replayer, response), { agrees: true });
  const lied = structuredClone(response);
  const tokens = lied.choices[0]?.tokens as number[];
  tokens[3] = tokens[3] === 40 ? 41 : 40;
  const found = await check(replayer, lied);
  assert.ok(!found.agrees);
  assert.equal((found.difference as { index?: number }).index, 3);
});

test('without the engine it says what to run; under fast there is nothing to run', async (t) => {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== '@isobit/native') return next(specifier, context);
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
  t.after(() => hooks.deregister());
  await using replayer = replayerIn(tempDir(t));
  await assert.rejects(
    check(replayer),
    (error) => isCoded(error, 'ENGINE_UNAVAILABLE') && /npm run setup:native/.test(error.message),
  );
  await assert.rejects(check(replayer, anything, fast), code('BYTES_UNAVAILABLE'));
});
