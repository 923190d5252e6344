import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, limits } from '@isobit/core';
import { asJobError } from '../../src/roles/worker/job-error.ts';

for (const [code, expected] of [
  ['SIGNING_REFUSED', 'JOB_UNAVAILABLE'],
  ['LOG_BEHIND', 'JOB_UNAVAILABLE'],
  ['LOG_FORKED', 'JOB_UNAVAILABLE'],
  ['QUEUE_FULL', 'JOB_BUSY'],
  ['LOG_BUSY', 'JOB_BUSY'],
  ['INPUT_SIZE', 'JOB_INPUT_INVALID'],
  ['TENSOR_INVALID', 'JOB_INPUT_INVALID'],
  ['KIND_UNSUPPORTED', 'JOB_INPUT_INVALID'],
  ['RUN_TIMEOUT', 'JOB_LIMIT'],
  ['RUN_MEMORY', 'JOB_LIMIT'],
  ['RUN_ABORTED', 'JOB_CANCELLED'],
  ['CLIENT_GONE', 'JOB_CANCELLED'],
  ['MODEL_NOT_ALLOWED', 'JOB_PROFILE_UNSUPPORTED'],
  ['ENGINE_CRASHED', 'JOB_FAILED'],
  ['API_UNSUPPORTED', 'JOB_INPUT_INVALID'],
  ['API_ANSWER', 'JOB_FAILED'],
  ['API_LIMIT', 'JOB_LIMIT'],
  ['UPSTREAM_UNREACHABLE', 'JOB_UNAVAILABLE'],
  ['UPSTREAM_BUSY', 'JOB_BUSY'],
  ['UPSTREAM_DENIED', 'JOB_UNAVAILABLE'],
  ['UPSTREAM_MODEL_UNKNOWN', 'JOB_MODEL_UNKNOWN'],
  ['UPSTREAM_REFUSED', 'JOB_INPUT_INVALID'],
  ['UPSTREAM_FAILED', 'JOB_FAILED'],
  ['UPSTREAM_ANSWER', 'JOB_FAILED'],
  ['UPSTREAM_STALLED', 'JOB_LIMIT'],
  ['UPSTREAM_LIMIT', 'JOB_LIMIT'],
  ['A_CODE_OF_TOMORROW', 'JOB_FAILED'],
  ['JOB_DEADLINE', 'JOB_DEADLINE'],
] as const) {
  test(`${code} reaches the client as ${expected}`, () => {
    assert.equal(asJobError(new CodedError(code, 'why')).code, expected);
  });
}

test('when to come back goes along, and long messages are cut to what travels', () => {
  const full = new CodedError('QUEUE_FULL', '€'.repeat(5_000), { retryAfterMs: 250 });
  const { details, message } = asJobError(full);
  assert.equal(details['retryAfterMs'], 250);
  assert.ok(Buffer.byteLength(message) <= limits.jobMessageBytes);
  assert.equal(asJobError(new CodedError('LOG_BUSY', 'full')).details['retryAfterMs'], 1_000);
});

test('what has no code is a fault, and thrown on', () => {
  const fault = new TypeError('bug');
  assert.throws(() => asJobError(fault), fault);
});
