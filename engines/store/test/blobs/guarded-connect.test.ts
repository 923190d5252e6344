import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import { publicLookup } from '../../src/blobs/http/guarded-connect.ts';

const lookupOf = (found: LookupAddress[]) => {
  const resolve = ((_host: string, _options: unknown, done: (error: null, all: LookupAddress[]) => void) =>
    done(null, found)) as never;
  return (all: boolean) =>
    new Promise((done, fail) =>
      publicLookup(resolve)('peer.example', { all }, (error, address, family) =>
        error ? fail(error) : done([address, family]),
      ),
    );
};

const PUBLIC = { address: '8.8.8.8', family: 4 };
const PRIVATE = { address: '192.168.1.1', family: 4 };
const LOOPBACK = { address: '::1', family: 6 };

test('a name leads to its public addresses only', async () => {
  assert.deepEqual(await lookupOf([PRIVATE, PUBLIC, LOOPBACK])(true), [[PUBLIC], undefined]);
  assert.deepEqual(await lookupOf([PRIVATE, PUBLIC])(false), ['8.8.8.8', 4]);
});

test('a name without public addresses is refused, and says where it led', async () => {
  await assert.rejects(lookupOf([PRIVATE, LOOPBACK])(true), (error: { code: string; message: string }) => {
    assert.match(error.message, /peer\.example leads to 192\.168\.1\.1, ::1/);
    return error.code === 'ADDRESS_REFUSED';
  });
  await assert.rejects(lookupOf([])(false), { code: 'ADDRESS_REFUSED' });
});
