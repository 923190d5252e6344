import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { aborted, requestFault, throwIfAborted } from '../src/index.ts';

test('a request that no machine could answer is told from a run that went wrong here', () => {
  for (const code of ['INPUT_SIZE', 'INPUT_STRING', 'OUTPUT_UNKNOWN', 'TENSOR_INVALID'])
    assert.ok(requestFault(code));
  for (const code of ['RUN_FAILED', 'RUN_MEMORY', 'MODEL_MALFORMED', 'QUEUE_FULL', ''])
    assert.ok(!requestFault(code));
});

test('an abort keeps its reason as the cause', () => {
  const reason = new Error('gone home');
  assert.equal(aborted('the run', AbortSignal.abort(reason)).cause, reason);
  assert.throws(
    () => throwIfAborted(AbortSignal.abort(), 'the run'),
    (error) => isCoded(error, 'RUN_ABORTED'),
  );
  throwIfAborted(undefined, 'the run');
  throwIfAborted(new AbortController().signal, 'the run');
});
