import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@isobit/core';
import { exitCodeOf } from '../src/errors.ts';

test('each kind of failure has its exit code', () => {
  assert.equal(exitCodeOf(new CodedError('ANSWER_REFUTED', '')), 1);
  for (const code of [
    'USAGE',
    'FILE',
    'INFER_SHAPE',
    'MODEL_UNKNOWN',
    'NAME_CLASH',
    'MODEL_MALFORMED',
    'TOKEN_REQUIRED',
  ])
    assert.equal(exitCodeOf(new CodedError(code, '')), 2, code);
  for (const code of [
    'ANSWER_UNCHECKED',
    'NODE_UNREACHABLE',
    'NO_LOCAL_NODE',
    'NO_WORKER',
    'JOB_BUSY',
    'PULL_FAILED',
    'LISTEN_FAILED',
  ])
    assert.equal(exitCodeOf(new CodedError(code, '')), 3, code);
});

test('what is not foreseen tells nothing about the answer', () => {
  assert.equal(exitCodeOf(new TypeError('x')), 3);
  assert.equal(exitCodeOf(undefined), 3);
});
