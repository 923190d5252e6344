import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { nodeKey } from '@isobit/core';
import { waitFor } from '@isobit/testing';
import { multiaddr } from '@multiformats/multiaddr';
import { isPublicMultiaddr } from '../src/host/public-multiaddr.ts';
import { createNetwork, type Network } from '../src/index.ts';
import { coded, NETWORK, testJob, testNetwork, testOffer, testPair } from './support.ts';

const signal = () => AbortSignal.timeout(30_000);
const has = (network: Network, node: string) => network.offers().some(({ offer }) => offer.node === node);

test('two nodes meet, learn of each other and measure each other', async (t) => {
  const { worker, client } = await testPair(t);
  client.announce(testOffer({ roles: ['gateway'] }));
  const offer = await worker.waitForOffer(({ node }) => node === client.self, { signal: signal() });
  assert.deepEqual(offer.roles, ['gateway']);
  assert.deepEqual(
    worker.peers().map(({ address }) => address),
    [client.self],
  );
  await client.measure([worker.self]);
  const [known] = client.offers();
  assert.ok((known?.latencyMs as number) > 0);
  assert.match(
    worker.addresses()[0] as string,
    new RegExp(`/p2p/${worker.peerId}$`),
    'addresses are join addresses',
  );
});

test('offers reach all of ten nodes on one host, also those that come late', async (t) => {
  const first = await testNetwork(t);
  const nodes = [first];
  for (let i = 1; i < 10; i++) nodes.push(await testNetwork(t, { join: first.addresses() }));
  for (const node of nodes) node.announce(testOffer());
  await waitFor(() => nodes.every((node) => node.offers().length === 9), {
    what: 'all offers everywhere',
    timeout: 90_000,
  });

  const late = await testNetwork(t, { join: (nodes[3] as Network).addresses() });
  await waitFor(() => late.offers().length === 10, { what: 'a latecomer to learn of all', timeout: 90_000 });

  const changed = nodes[6] as Network;
  changed.announce(testOffer({ load: { running: 4, queued: 2, capacity: 4 } }));
  const heard = (node: Network) =>
    node === changed ||
    node.offers().some(({ offer }) => offer.node === changed.self && offer.load.queued === 2);
  await waitFor(() => [...nodes, late].every(heard), { what: 'a change to reach all', timeout: 60_000 });
});

test('a node that stops says that it offers nothing', async (t) => {
  const { worker, client } = await testPair(t);
  await client.waitForOffer(({ node, models }) => node === worker.self && models.length > 0, {
    signal: signal(),
  });
  await worker.withdraw();
  const { roles, models, holds, load } = await client.waitForOffer(
    ({ node, models }) => node === worker.self && models.length === 0,
    { signal: signal() },
  );
  assert.deepEqual(
    { models, holds, load },
    { models: [], holds: [], load: { running: 0, queued: 0, capacity: 0 } },
  );
  assert.deepEqual(roles, testOffer().roles);
});

test('a node that dies is forgotten, and one that only left its peers is found again', async (t) => {
  const child = fork(new URL('./fixtures/offering-node.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [{ self, addresses }] = (await once(child, 'message')) as [{ self: string; addresses: string[] }];
  const watcher = await testNetwork(t, { join: addresses });
  const offer = await watcher.waitForOffer(({ node }) => node === self, { signal: signal() });
  assert.equal(offer.expires - offer.issued, 40_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await waitFor(() => watcher.peers().length === 0, { what: 'the connection to end' });
  await assert.rejects(watcher.runJob(self, testJob()), coded('NODE_UNREACHABLE'));
  // The offer itself runs out with the clock, which offer-table.test.ts turns.
  t.mock.timers.enable({ apis: ['Date'], now: offer.expires });
  assert.equal(has(watcher, self), false);
});

test('a join address is dialled again until it answers', async (t) => {
  const key = nodeKey();
  const before = await createNetwork({ key, network: NETWORK, allowPrivate: true, dht: false });
  const join = before.addresses();
  await before[Symbol.asyncDispose]();
  const early = await testNetwork(t, { join });
  const listen = join.map((address) => address.replace(/\/p2p\/.*/, ''));
  const after = await testNetwork(t, { key, listen });
  await waitFor(() => early.peers().some(({ address }) => address === after.self), {
    what: 'the early one to arrive',
    timeout: 20_000,
  });
});

test('networks do not mix', async (t) => {
  const { worker } = await testPair(t);
  const stranger = await testNetwork(t, { network: '0'.repeat(64), join: worker.addresses() });
  stranger.announce(testOffer());
  await waitFor(() => stranger.peers().length > 0, { what: 'the connection' });
  const friend = await testNetwork(t, { join: worker.addresses() });
  friend.announce(testOffer());
  await worker.waitForOffer(({ node }) => node === friend.self, { signal: signal() });
  assert.equal(has(worker, stranger.self), false);
  assert.deepEqual(stranger.offers(), []);
});

test('a key that works in two places is told to both', async (t) => {
  const { worker } = await testPair(t);
  const key = nodeKey();
  const told = Promise.withResolvers<void>();
  const first = await testNetwork(t, { key, join: worker.addresses() });
  first.onKeyElsewhere(() => told.resolve());
  first.announce(testOffer());
  await worker.waitForOffer(({ node }) => node === key.address, { signal: signal() });
  const other = await testNetwork(t);
  other.announce(testOffer());
  const twin = await testNetwork(t, { key, join: [...other.addresses()] });
  twin.announce(testOffer());
  await other.waitForOffer(({ node }) => node === key.address, { signal: signal() });
  await testNetwork(t, { join: [...other.addresses(), ...worker.addresses()] });
  await told.promise;
});

test('addresses that peers announce lead to no private network', async (t) => {
  const { worker } = await testPair(t);
  const careful = await testNetwork(t, { allowPrivate: false, join: worker.addresses() });
  await waitFor(() => careful.peers().length === 1, {
    what: 'the join address, which the operator gave, to be dialled',
  });
  const hidden = await testNetwork(t, { join: worker.addresses() });
  hidden.announce(testOffer());
  const offer = await careful.waitForOffer(({ node }) => node === hidden.self, { signal: signal() });
  assert.match(offer.addresses[0] as string, /127\.0\.0\.1/);
  await assert.rejects(careful.runJob(hidden.self, testJob()), coded('NODE_UNREACHABLE'));
});

for (const [address, isPublic] of [
  ['/ip4/8.8.8.8/tcp/1', true],
  ['/ip6/2606:4700::1111/tcp/1', true],
  ['/ip4/127.0.0.1/tcp/1', false],
  ['/ip4/10.1.2.3/tcp/1', false],
  ['/ip4/169.254.169.254/tcp/80', false],
  ['/ip4/100.64.0.1/tcp/1', false],
  ['/ip4/0.0.0.0/tcp/1', false],
  ['/ip4/224.0.0.251/tcp/1', false],
  ['/ip6/::1/tcp/1', false],
  ['/ip6/fd00::1/tcp/1', false],
  ['/ip6/fe80::1/tcp/1', false],
  ['/ip6/::ffff:8.8.8.8/tcp/1', false],
  ['/ip6/2002:7f00:1::/tcp/1', false],
  ['/dns4/example.com/tcp/1', false],
  ['/ip6zone/eth0/ip6/fe80::1/tcp/1', false],
] as const) {
  test(`${address} is ${isPublic ? '' : 'not '}for strangers to send us to`, () =>
    assert.equal(isPublicMultiaddr(multiaddr(address)), isPublic));
}

test('options that make no sense are refused with what to do', async () => {
  const make = (options: object) => createNetwork({ key: nodeKey(), network: NETWORK, ...options });
  await assert.rejects(make({ network: 'main' }), coded('NETWORK_OPTIONS'));
  await assert.rejects(make({ join: ['/ip4/127.0.0.1/tcp/1'] }), /p2p\/<peer id>/);
  await assert.rejects(make({ join: ['example.com:4001'] }), coded('NETWORK_OPTIONS'));
  await assert.rejects(make({ mdns: true }), /allowPrivate/);
});

test('a port that is taken is named', async (t) => {
  const { worker } = await testPair(t);
  const listen = worker.addresses().map((address) => address.replace(/\/p2p\/.*/, ''));
  await assert.rejects(createNetwork({ key: nodeKey(), network: NETWORK, listen }), (error: Error) => {
    coded('NETWORK_LISTEN')(error);
    assert.ok(error.message.includes(listen[0] as string));
    return true;
  });
});

test('a closed network ends what waits', async (t) => {
  const network = await testNetwork(t);
  const waiting = assert.rejects(
    network.waitForOffer(() => true, { signal: signal() }),
    coded('NETWORK_CLOSED'),
  );
  await network[Symbol.asyncDispose]();
  await waiting;
  await network[Symbol.asyncDispose]();
});
