import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createOnnxExact, createTensorModel, type TensorRuntime } from '@isobit/exact';
import { wasmPath } from '@isobit/exact/process';
import { waitFor } from '@isobit/testing';
import { keepTesting } from '../../src/roles/worker/self-test.ts';

/** An exact runtime that computes wrongly from when it is told to. */
function failing() {
  const inner = createOnnxExact({ wasm: () => readFile(wasmPath()) });
  const state = { isWrong: false, tests: 0 };
  const runtime: TensorRuntime = {
    ...inner,
    profile: inner.profile,
    engine: inner.engine,
    async load(source, options) {
      state.tests++;
      const model = await inner.load(source, options);
      return createTensorModel({
        ...model,
        async run(inputs, options) {
          const result = await model.run(inputs, options);
          if (state.isWrong) for (const { data } of result.outputs) data[0] = (data[0] as number) ^ 1;
          return result;
        },
        [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
      });
    },
  };
  return { state, runtime, dispose: () => inner[Symbol.asyncDispose]() };
}

test('a machine that computes wrongly from the start does not start', async (t) => {
  const { state, runtime, dispose } = failing();
  t.after(dispose);
  state.isWrong = true;
  const { signal } = new AbortController();
  const wrong = keepTesting({ runtime, jobs: () => 0, onFailure: () => {}, signal });
  await assert.rejects(wrong, { code: 'ENGINE_SELF_TEST' });
});

test('one that begins to later is found, once it has worked', async (t) => {
  const { state, runtime, dispose } = failing();
  t.after(dispose);
  const stop = new AbortController();
  t.after(() => stop.abort());
  let jobs = 0;
  let failures = 0;
  await keepTesting({
    runtime,
    jobs: () => jobs,
    onFailure: () => void failures++,
    signal: stop.signal,
    intervalMs: 5,
  });
  assert.equal(state.tests, 1);
  // The timer does not hold a process, so something else must.
  const alive = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(alive));
  jobs++;
  await waitFor(() => state.tests === 2, { what: 'a test after a job' });
  state.isWrong = true;
  jobs++;
  await waitFor(() => failures > 0, { what: 'the failure' });
  assert.equal(state.tests, 3, 'an engine that ran nothing is not tested again');
});
