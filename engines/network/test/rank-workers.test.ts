import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { type Candidate, rankWorkers } from '../src/index.ts';
import { MODEL } from './support.ts';

const address = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;
const candidate = (
  n: number,
  {
    price = '0',
    latencyMs,
    load = { running: 0, queued: 0, capacity: 1 },
    profiles = ['fast'],
  }: {
    price?: string;
    latencyMs?: number;
    load?: Candidate['offer']['load'];
    profiles?: string[];
  } = {},
): Candidate => ({
  offer: {
    isobit: 'offer/1',
    node: address(n),
    network: '0'.repeat(64),
    roles: ['worker'],
    addresses: [],
    http: [],
    models: [{ id: MODEL, profiles, price }],
    holds: [],
    load,
    instance: '0'.repeat(64),
    sequence: 1,
    issued: 0,
    expires: 1,
  },
  ...(latencyMs === undefined ? {} : { latencyMs }),
});
const asked = { model: MODEL, profile: 'fast' };
const order = (candidates: Candidate[], options = {}) =>
  rankWorkers(candidates, { ...asked, ...options }).map(({ offer }) => Number.parseInt(offer.node, 16));

test('the cheaper one comes first, by value and not by spelling', () => {
  assert.deepEqual(order([candidate(1, { price: '10' }), candidate(2, { price: '9' })]), [2, 1]);
  const large = '100000000000000000000000001';
  assert.deepEqual(
    order([candidate(1, { price: large }), candidate(2, { price: large.replace(/1$/, '0') })]),
    [2, 1],
  );
});

test('at one price, who begins sooner comes first', () => {
  const full = candidate(1, { load: { running: 2, queued: 3, capacity: 2 } });
  const wide = candidate(2, { load: { running: 8, queued: 3, capacity: 8 } });
  const free = candidate(3, { load: { running: 7, queued: 0, capacity: 8 } });
  assert.deepEqual(order([full, wide, free]), [3, 2, 1]);
});

test('where a place is free, the nearer one comes first, an unmeasured one last, then the smaller address', () => {
  const nodes = [candidate(4), candidate(3), candidate(2, { latencyMs: 9 }), candidate(1, { latencyMs: 80 })];
  assert.deepEqual(order(nodes), [2, 1, 3, 4]);
});

test('who cannot run it is no candidate', () => {
  const nodes = [
    candidate(1, { profiles: ['onnx-exact-1'] }),
    candidate(2, { load: { running: 0, queued: 0, capacity: 0 } }),
    candidate(3, { price: '6' }),
    candidate(4),
    candidate(5, { price: '5' }),
  ];
  assert.deepEqual(order(nodes, { maxPrice: 5n, exclude: [address(4)] }), [5]);
  assert.deepEqual(order([candidate(1)], { model: 'another' }), []);
});

test('is one order, whatever the candidates come in, and invents nobody', async () => {
  const any = fc.record({
    n: fc.nat(500),
    price: fc.bigInt({ min: 0n, max: 3n }).map(String),
    latencyMs: fc.integer({ min: 0, max: 3 }),
    running: fc.nat(3),
    queued: fc.nat(3),
    capacity: fc.nat(3),
  });
  await forAll(
    [fc.uniqueArray(any, { selector: ({ n }) => n, maxLength: 12 }), fc.infiniteStream(fc.nat())],
    (nodes, random) => {
      const candidates = nodes.map(({ n, price, latencyMs, ...load }) =>
        candidate(n, { price, latencyMs, load }),
      );
      const shuffled = candidates
        .map((c) => ({ c, at: random.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ c }) => c);
      const ranked = order(candidates);
      assert.deepEqual(order(shuffled), ranked);
      assert.equal(ranked.length, candidates.filter(({ offer }) => offer.load.capacity > 0).length);
      const prices = rankWorkers(candidates, asked).map(({ offer }) => BigInt(offer.models[0]?.price ?? 0));
      assert.ok(prices.every((price, i) => i === 0 || (prices[i - 1] as bigint) <= price));
    },
  );
});
