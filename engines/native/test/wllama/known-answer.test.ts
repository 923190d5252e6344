import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { selfTest } from '@isobit/exact';
import { createLanguageRuntime, wllamaLaw } from '@isobit/exact/llm';
import { need } from '@isobit/testing';
import { makeKnownAnswer } from './make-known-answer.ts';

/** Imported when a test runs: without the native engines even finding them fails. */
const known = async () => (await import('../../src/index.ts')).llamaWasmKnownAnswer;
const create = async () =>
  createLanguageRuntime({ law: wllamaLaw((await import('../../src/wllama/open-wllama.ts')).openWllama) });

test('the pinned model and answer are those that the script makes', need('native'), async () => {
  const { knownAnswer } = await import('../../src/wllama/known-answer-data.ts');
  assert.deepEqual(await makeKnownAnswer(), knownAnswer);
});

test(
  'the engine passes; one with another answer, or of which none is known, does not',
  need('native'),
  async () => {
    await using runtime = await create();
    await selfTest(runtime, { known: await known() });
    const fails = (error: unknown) => isCoded(error, 'ENGINE_SELF_TEST');
    for (const wrong of [{ response: '0'.repeat(64) }, { trace: '0'.repeat(64) }])
      await assert.rejects(selfTest(runtime, { known: { ...(await known()), ...wrong } }), fails);
    await assert.rejects(selfTest(runtime), fails);
  },
);
