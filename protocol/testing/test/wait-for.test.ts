import assert from 'node:assert/strict';
import test from 'node:test';
import { waitFor } from '@isobit/testing';

test('gives what the condition gives, as soon as it does, through errors', async () => {
  let asked = 0;
  const value = await waitFor(
    () => {
      asked++;
      if (asked === 1) throw new Error('not yet');
      return asked > 2 && 'done';
    },
    { what: 'the third time' },
  );
  assert.deepEqual([value, asked], ['done', 3]);
});

test('ends at its limit with what it waited for, and the last error as the cause', async () => {
  const cause = new Error('still down');
  const waiting = waitFor(() => Promise.reject(cause), { timeout: 20, what: 'the peer' });
  await assert.rejects(waiting, { message: 'waited 20 ms in vain for the peer', cause });
});

test('ends with its signal', async () => {
  const stop = new AbortController();
  const waiting = waitFor(() => false, { what: 'nothing', signal: stop.signal });
  stop.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});
