import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCanonical, type NodeKey, nodeKey } from '@isobit/core';
import { type Offer, type SignedOffer, signOffer } from '@isobit/receipt';
import { Announcer } from '../src/offers/announcer.ts';
import { OfferBook } from '../src/offers/offer-book.ts';
import { compare } from '../src/offers/offer-exchange.ts';
import { OfferTable, type StoredOffer } from '../src/offers/offer-table.ts';
import { NETWORK, testOffer } from './support.ts';

const NOW = 1_790_000_000_000;
const key = nodeKey();

const offerOf = (changes: Partial<Offer> = {}, by: NodeKey = key): SignedOffer =>
  signOffer(
    {
      ...testOffer(),
      isobit: 'offer/1',
      node: by.address,
      network: NETWORK,
      addresses: [],
      instance: '1'.repeat(64),
      sequence: 5,
      issued: NOW,
      expires: NOW + 40_000,
      ...changes,
    },
    by,
  );

function scene(most?: number) {
  let now = NOW;
  const table = new OfferTable({ network: NETWORK, now: () => now, ...(most ? { most } : {}) });
  return {
    table,
    at: (time: number) => {
      now = time;
    },
  };
}

test('takes an offer and its newer ones, and says why it does not take others', () => {
  const { table, at } = scene();
  assert.equal(typeof table.add(offerOf()), 'object');
  assert.equal(table.add(offerOf()), 'stale', 'the same again');
  assert.equal(table.add(offerOf({ sequence: 4 })), 'stale', 'an older one, replayed');
  assert.equal(typeof table.add(offerOf({ sequence: 6 })), 'object');
  assert.equal(table.get(key.address)?.offer.sequence, 6);

  assert.equal(table.add(offerOf({ sequence: 7, network: '0'.repeat(64) })), 'network');
  assert.equal(table.add(offerOf({ sequence: 7, issued: NOW - 1_000, expires: NOW })), 'expired');
  assert.equal(table.add(offerOf({ sequence: 7, issued: NOW + 400_000, expires: NOW + 440_000 })), 'future');
  const signed = offerOf({ sequence: 7 });
  assert.equal(table.add({ ...signed, offer: { ...signed.offer, sequence: 8 } }), 'signature');
  assert.equal(table.add({ ...signed, isobit: 'signed-offer/2' }), 'malformed');
  assert.equal(table.add('nonsense'), 'malformed');
  assert.equal(table.get(key.address)?.offer.sequence, 6, 'none of them changed anything');

  at(NOW + 40_000);
  assert.equal(table.get(key.address), undefined, 'expired offers are not given');
  assert.deepEqual(table.all(), []);
  assert.deepEqual(table.sweep(), [key.address]);
});

test('is bounded: a full table takes no newcomer until somebody leaves', () => {
  const { table, at } = scene(2);
  table.add(offerOf());
  table.add(offerOf({}, nodeKey()));
  const late = nodeKey();
  assert.equal(table.add(offerOf({}, late)), 'full');
  assert.equal(typeof table.add(offerOf({ sequence: 9 })), 'object', 'who is in stays in');
  at(NOW + 41_000);
  assert.equal(typeof table.add(offerOf({ issued: NOW + 41_000, expires: NOW + 80_000 }, late)), 'object');
});

test('a node that offers without end is not listened to', () => {
  const { table } = scene();
  const results = Array.from({ length: 60 }, (_, sequence) => table.add(offerOf({ sequence })));
  assert.ok(results.includes('flood'));
  assert.equal(typeof results[0], 'object');
  assert.equal(typeof table.add(offerOf({}, nodeKey())), 'object', 'others are');
});

test('an exchange gives what the other side lacks and asks for what it has', () => {
  const stored = (node: string, sequence: number) => ({ offer: { node, sequence } }) as StoredOffer;
  const mine = [stored('a', 5), stored('b', 5), stored('c', 5)];
  const { missing, wanted } = compare(
    [
      { node: 'a', sequence: 4 },
      { node: 'b', sequence: 5 },
      { node: 'c', sequence: 6 },
      { node: 'd', sequence: 1 },
    ],
    mine,
  );
  assert.deepEqual(
    missing.map(({ offer }) => offer.node),
    ['a'],
  );
  assert.deepEqual(wanted, ['c', 'd']);
});

function book(self: NodeKey) {
  const closing = new AbortController();
  const published: StoredOffer[] = [];
  const elsewhere: Offer[] = [];
  const announcer = new Announcer({
    key: self,
    network: NETWORK,
    addresses: () => [],
    publish: async (o) => void published.push(o),
    signal: closing.signal,
  });
  const table = new OfferTable({ network: NETWORK, now: Date.now });
  const offers = new OfferBook({
    self: self.address,
    table,
    announcer,
    onKeyElsewhere: (offer) => elsewhere.push(offer),
  });
  return { announcer, offers, published, elsewhere, end: () => closing.abort() };
}

const fresh = (changes: Partial<Offer> = {}, by: NodeKey = key) =>
  offerOf({ issued: Date.now(), expires: Date.now() + 40_000, ...changes }, by);

test('gossip: what no honest node sends is held against the peer that brings it, the rest is not', (t) => {
  const { offers, end } = book(nodeKey());
  t.after(end);
  const bytes = (value: unknown) => encodeCanonical(value);
  assert.equal(offers.gossiped(bytes(fresh()), key.address), 'accept');
  assert.equal(offers.gossiped(bytes(fresh()), key.address), 'ignore', 'seen');
  assert.equal(
    offers.gossiped(bytes(offerOf({ sequence: 9 })), key.address),
    'ignore',
    'expired or of a wrong clock',
  );
  assert.equal(
    offers.gossiped(bytes(fresh({ sequence: 9 })), nodeKey().address),
    'reject',
    "another node's offer",
  );
  assert.equal(
    offers.gossiped(bytes(fresh({ sequence: 9, network: '0'.repeat(64) })), key.address),
    'reject',
  );
  const signed = fresh({ sequence: 9 });
  assert.equal(
    offers.gossiped(bytes({ ...signed, signature: fresh({ sequence: 10 }).signature }), key.address),
    'reject',
  );
  assert.equal(offers.gossiped(Uint8Array.of(0, 1, 2), key.address), 'reject');
  assert.equal(offers.gossiped(bytes(null), key.address), 'reject');
});

test('our key in another process is noticed; our former life is not mistaken for one', (t) => {
  const self = nodeKey();
  const { announcer, offers, elsewhere, published, end } = book(self);
  t.after(end);
  announcer.announce(testOffer());
  const first = published[0]?.offer as Offer;
  assert.equal(offers.take(published[0]?.signed), undefined);
  assert.equal(elsewhere.length, 0, 'an echo');

  offers.take(fresh({ sequence: first.sequence + 1_000_000, issued: announcer.startedAt - 5 }, self));
  assert.equal(elsewhere.length, 0, 'issued before we started');
  announcer.announce(testOffer());
  assert.ok((announcer.current?.offer.sequence as number) > first.sequence + 1_000_000, 'and surpassed');

  const forged = fresh({ issued: Date.now() + 1 }, self);
  assert.equal(offers.take({ ...forged, offer: { ...forged.offer, sequence: 99 } }), 'signature');
  assert.equal(elsewhere.length, 0, 'anyone can claim to be us; nobody else can sign it');

  offers.take(fresh({ issued: Date.now() + 1, instance: '2'.repeat(64) }, self));
  assert.deepEqual(
    elsewhere.map(({ instance }) => instance),
    ['2'.repeat(64)],
  );
});

test('who never offered anything withdraws nothing', async (t) => {
  const { announcer, published, end } = book(nodeKey());
  t.after(end);
  await announcer.withdraw();
  assert.deepEqual(published, []);
});

test('a body that is no offer is refused where it is announced', (t) => {
  const { announcer, end } = book(nodeKey());
  t.after(end);
  assert.throws(() => announcer.announce(testOffer({ http: ['ftp://x/'] })), { code: 'DOCUMENT_INVALID' });
});
