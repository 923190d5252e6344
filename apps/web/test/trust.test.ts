import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { networkId, openGenesis } from '@isobit/receipt';
import type { TrustEntries } from '../src/judging/task.ts';
import { readTrust } from '../src/judging/trust.ts';
import { keyOf, witnessVkey } from './digits.ts';

const EMPTY: TrustEntries = { network: '', workers: [], witnesses: [], threshold: '' };

test('nothing entered: the open network, any worker, no witness', () => {
  assert.deepEqual(readTrust(EMPTY, 7), {
    network: networkId(openGenesis),
    now: 7,
    witnesses: [],
    witnessThreshold: 0,
  });
});

test('what is entered is taken as it stands, addresses in either case', () => {
  const { address } = keyOf('someone');
  const entries = {
    network: 'ab'.repeat(32),
    workers: [address.toUpperCase().replace('0X', '0x')],
    witnesses: [witnessVkey, address],
    threshold: '1',
  };
  assert.deepEqual(readTrust(entries, 7), {
    network: entries.network,
    now: 7,
    workers: [address],
    witnesses: [{ vkey: witnessVkey }, { address }],
    witnessThreshold: 1,
  });
});

const wrong: [string, Partial<TrustEntries>, RegExp][] = [
  ['an address that is none', { workers: ['0x12'] }, /is no worker's address/],
  [
    'a witness key whose id is not its own',
    { witnesses: [witnessVkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')] },
    /is no witness:/,
  ],
  ['a network that is no digest', { network: 'main' }, /is no network/],
  ['a negative number of witnesses', { threshold: '-1' }, /no number of witnesses/],
  ['half a witness', { threshold: '0.5' }, /no number of witnesses/],
  ['more witnesses than a note carries', { threshold: '65' }, /no number of witnesses/],
];

for (const [what, entries, message] of wrong) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => readTrust({ ...EMPTY, ...entries }, 0),
      (error) => isCoded(error, 'TRUST_INVALID') && message.test(error.message),
    );
  });
}
