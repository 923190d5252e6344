import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { isPublicAddress } from '../src/index.ts';

test('addresses of the public internet', () => {
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
  ]) {
    assert.equal(isPublicAddress(address), true, address);
  }
});

test('every other address is closed', () => {
  const closed = [
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '100::1',
    '3fff::1',
    'localhost',
    '',
    '127.1',
    '0x7f000001',
    '2130706433',
    '8.8.8.8 ',
  ];
  for (const address of closed) assert.equal(isPublicAddress(address), false, address);
});

/** What Node itself reads as an address, and its verdict by the same registries. */
const nodesVerdict = (() => {
  const closed = new BlockList();
  for (const [net, bits] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ] as const)
    closed.addSubnet(net, bits, 'ipv4');
  const open = new BlockList();
  open.addSubnet('2000::', 3, 'ipv6');
  for (const [net, bits] of [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
  ] as const)
    closed.addSubnet(net, bits, 'ipv6');
  return (text: string): boolean => {
    if (isIP(text) === 4) return !closed.check(text, 'ipv4');
    return isIP(text) === 6 && !text.includes('%') && open.check(text, 'ipv6') && !closed.check(text, 'ipv6');
  };
})();

test('agrees with node:net on every spelling', async () => {
  const spelled = fc.stringMatching(/^[0-9a-f:.]{0,24}$/);
  const near = fc
    .tuple(fc.constantFrom('2000', '2001', '2001:db8', '2002', '3fff', '3ffe', 'fe80', '2600'), fc.ipV6())
    .map(([head, tail]) => `${head}:${tail.split(':').slice(head.split(':').length).join(':')}`);
  await forAll(
    [fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6(), near, spelled)],
    (text) => isPublicAddress(text) === nodesVerdict(text),
    1_000,
  );
});
