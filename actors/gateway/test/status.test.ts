import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@isobit/core';
import { jobErrorCodes } from '@isobit/receipt';
import { answeredCodes, errorAnswer, statusOf } from '../src/index.ts';

test('every job error code has a status, and every status is an error', () => {
  for (const code of jobErrorCodes) assert.ok(answeredCodes.includes(code), code);
  for (const code of answeredCodes) assert.ok((statusOf(code) ?? 0) >= 400, code);
});

test('a code of another package, and one of every object, are no codes for clients', () => {
  for (const code of ['DATABASE_CORRUPT', 'toString', '__proto__', ''])
    assert.equal(statusOf(code), undefined, code);
});

test('an error is answered with its code, and one without becomes INTERNAL', async () => {
  const known = errorAnswer(new CodedError('MODEL_UNKNOWN', 'no model', { nearest: ['a'], path: '/secret' }));
  assert.deepEqual(
    [known.status, await known.json()],
    [404, { code: 'MODEL_UNKNOWN', error: 'no model', nearest: ['a'] }],
  );
  for (const error of [
    new CodedError('DATABASE_CORRUPT', '/secret'),
    new TypeError('/secret'),
    '/secret',
    undefined,
  ]) {
    const hidden = errorAnswer(error);
    assert.equal(hidden.status, 500);
    assert.doesNotMatch(await hidden.text(), /secret/);
  }
});
