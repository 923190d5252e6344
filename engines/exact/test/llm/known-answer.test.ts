import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { isTokenTrace, type TokenTrace } from '@isobit/receipt';
import { createLlmExact, type Execution, type Runtime, selfTest } from '../../src/index.ts';
import { knownAnswer } from '../../src/llm/known-answer-data.ts';
import { kernelsPath } from '../../src/process/index.ts';
import { makeKnownAnswer } from './make-known-answer.ts';

const create = (threads = 1) => createLlmExact({ kernels: (build) => readFile(kernelsPath(build)), threads });

test('the pinned model and answer are those that the script makes', async () => {
  assert.deepEqual(await makeKnownAnswer(), knownAnswer);
});

for (const threads of [1, 2])
  test(`an engine of ${threads} thread(s) passes`, async () => {
    await using runtime = create(threads);
    await selfTest(runtime);
  });

test('one whose answer, or one step of it, has other bits fails', async () => {
  await using runtime = create();
  const altered = (change: (execution: Execution) => Execution): Runtime => ({
    ...runtime,
    async load(source) {
      const model = await runtime.load(source);
      return {
        ...model,
        execute: async (request, options) => change(await model.execute(request, options)),
      };
    },
  });
  const fails = (change: (execution: Execution) => Execution) =>
    assert.rejects(selfTest(altered(change)), (error) => isCoded(error, 'ENGINE_SELF_TEST'));
  await fails((execution) => ({
    ...execution,
    response: { ...execution.response, promptTokens: 9 } as never,
  }));
  await fails(({ trace: _, ...execution }) => execution);
  await fails((execution) => {
    assert.ok(execution.trace && isTokenTrace(execution.trace));
    const trace: TokenTrace = structuredClone(execution.trace);
    (trace.steps[3] as { logits: string }).logits = '0'.repeat(64);
    return { ...execution, trace };
  });
});
