import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, isCoded } from '@isobit/core';

test('a coded error is known by its name and code, across copies of the package', () => {
  const cause = new Error('inner');
  const error = new CodedError('CID_INVALID', 'a message', { length: 3 }, { cause });
  assert.deepEqual(
    [error.code, error.message, error.details, error.cause],
    ['CID_INVALID', 'a message', { length: 3 }, cause],
  );
  assert.ok(isCoded(error) && isCoded(error, 'CID_INVALID'));
  assert.ok(isCoded(Object.assign(new Error('x'), { name: 'CodedError', code: 'X' }), 'X'));
});

test('anything else is none', () => {
  assert.ok(!isCoded(new CodedError('CID_INVALID', 'a'), 'KEY_INVALID'));
  for (const value of [new Error('x'), { name: 'CodedError', code: 'X' }, 'CodedError', null, undefined])
    assert.ok(!isCoded(value));
});
