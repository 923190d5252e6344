import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@isobit/core';
import { tellFailure } from '../src/failure.ts';
import { capture } from './capture.ts';

const tell = (
  error: unknown,
  options: { json?: boolean; env?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
) => {
  const { terminal, stderr } = capture();
  const { json = false, env = {}, signal = new AbortController().signal } = options;
  const exit = tellFailure(error, { command: 'run', json, around: { terminal, env, signal } });
  return { exit, text: stderr() };
};

test('a coded error is its message, and when to come back where that is known', () => {
  assert.deepEqual(tell(new CodedError('JOB_BUSY', 'the queue is full', { retryAfterMs: 2000 })), {
    exit: 3,
    text: 'isobit run: the queue is full (try again in 2.0 s)\n',
  });
});

test('for programs it is the form in which nodes answer', () => {
  assert.equal(
    tell(new CodedError('FILE', 'no "x"'), { json: true }).text,
    '{"code":"FILE","error":"no \\"x\\""}\n',
  );
  assert.match(tell(new TypeError('x'), { json: true }).text, /^\{"code":"UNEXPECTED","error":"x /);
});

test('what is not foreseen is one line too, with its stack only for who asks', () => {
  assert.match(
    tell(new TypeError('x\ny')).text,
    /^isobit run: x\\u\{a\}y \(unexpected: ISOBIT_DEBUG=1 .*\)\n$/,
  );
  assert.match(tell(new TypeError('x'), { env: { ISOBIT_DEBUG: '1' } }).text, /\nTypeError: x\n {4}at /);
});

test('an interrupted command is no failure of anything', () => {
  const signal = AbortSignal.abort();
  assert.deepEqual(tell(signal.reason, { signal }), { exit: 130, text: 'isobit run: interrupted\n' });
});

test('an answer refuted at the moment of Ctrl-C is refuted', () => {
  assert.equal(tell(new CodedError('ANSWER_REFUTED', 'a lie'), { signal: AbortSignal.abort() }).exit, 1);
});
