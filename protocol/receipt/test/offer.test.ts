import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, limits, nodeKey, toHex } from '@isobit/core';
import { type Offer, offerFault, offerPublicKey, openOffer, signOffer } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { isBaseUrl } from '../src/base-url.ts';
import { hex32 } from './vectors/vector.ts';

const key = nodeKey();
const offer: Offer = {
  isobit: 'offer/1',
  node: key.address,
  network: hex32('network'),
  roles: ['worker'],
  addresses: [],
  http: [],
  models: [],
  holds: [],
  load: { running: 0, queued: 0, capacity: 1 },
  instance: hex32('instance'),
  sequence: 1,
  issued: 1_000,
  expires: 2_000,
};

test('an offer opens under the key that it names, whose public key it gives', () => {
  const signed = signOffer(offer, key);
  assert.deepEqual(openOffer(signed), offer);
  assert.equal(toHex(offerPublicKey(signed) as Uint8Array), toHex(key.publicKey));
});

test("nobody signs another node's offer", () => {
  assert.throws(
    () => signOffer(offer, nodeKey()),
    (error) => isCoded(error, 'OFFER_SIGNATURE'),
  );
});

test('whatever is changed after signing is noticed', async () => {
  const signed = signOffer(offer, key);
  const changes = fc.oneof(
    fc.record({ sequence: fc.integer({ min: 2 }) }),
    fc.record({ expires: fc.integer({ min: 2_001, max: 500_000 }) }),
    fc.record({ roles: fc.constant([]) }),
    fc.record({ load: fc.record({ running: fc.nat(), queued: fc.nat(), capacity: fc.integer({ min: 2 }) }) }),
    fc.record({ http: fc.constant(['https://elsewhere.example/']) }),
  );
  await forAll([changes], (change) => {
    assert.throws(
      () => openOffer({ ...signed, offer: { ...offer, ...change } }),
      (error) => isCoded(error, 'OFFER_SIGNATURE'),
    );
  });
});

test('an offer is good in its network, from its issue, less the skew of clocks, until just before it expires', () => {
  const at = (now: number, network = offer.network) =>
    offerFault({ ...offer, issued: 1_000_000, expires: 1_040_000 }, { network, now });
  assert.equal(at(1_000_000), undefined);
  assert.equal(at(1_039_999), undefined);
  assert.equal(at(1_040_000), 'expired');
  assert.equal(at(1_000_000 - limits.clockSkewMs), undefined);
  assert.equal(at(999_999 - limits.clockSkewMs), 'future');
  assert.equal(at(1_000_000, hex32('other')), 'network');
});

test('a base URL is one that paths can be appended to', async () => {
  await forAll([fc.webUrl({ validSchemes: ['http', 'https'] })], (url) => {
    const base = new URL('/base/', url).href;
    assert.equal(isBaseUrl(base), true);
    assert.equal(isBaseUrl(`${base}?q`), false);
    assert.equal(isBaseUrl(`${base}#f`), false);
    assert.equal(isBaseUrl(base.replace('://', '://user:secret@')), false);
    assert.equal(isBaseUrl(base.replace(/^https?/, 'javascript')), false);
  });
});
