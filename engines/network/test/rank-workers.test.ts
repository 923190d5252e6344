import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { type Candidate, fittingWorkers, type Measured, rankWorkers } from '../src/index.ts';
import { MODEL } from './support.ts';

const address = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;
const candidate = (
  n: number,
  {
    price = '0',
    latencyMs,
    load = { running: 0, queued: 0, capacity: 1 },
    profiles = ['fast'],
    measured,
  }: {
    price?: string;
    latencyMs?: number;
    load?: Candidate['offer']['load'];
    profiles?: string[];
    measured?: Measured;
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
  ...(measured === undefined ? {} : { measured }),
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

test('why the others are none is counted, each by the first demand that it fails', () => {
  const nodes = [
    candidate(1, { profiles: ['onnx-exact-1'], price: '9' }),
    candidate(2, { load: { running: 0, queued: 0, capacity: 0 } }),
    candidate(3, { price: '6' }),
    candidate(4),
    candidate(5, { price: '5' }),
  ];
  const { fitting, failing } = fittingWorkers(nodes, { ...asked, maxPrice: 5n, exclude: [address(4)] });
  assert.deepEqual(
    fitting.map(({ candidate: { offer }, price }) => [offer.node, price]),
    [[address(5), 5n]],
  );
  assert.deepEqual(Object.fromEntries(failing), { profile: 1, capacity: 1, price: 1, exclude: 1 });
  assert.equal(fittingWorkers(nodes, { model: 'another', profile: 'fast' }).failing.size, 0);
  assert.deepEqual(
    order([candidate(1), candidate(2)], { worker: address(2) }),
    [2],
    'one that is named is asked alone',
  );
});

test('what was measured counts for more than the way there', () => {
  const near = candidate(1, { latencyMs: 1, measured: { firstMs: 900 } });
  const far = candidate(2, { latencyMs: 40, measured: { firstMs: 100 } });
  assert.deepEqual(order([near, far]), [2, 1]);
  const slow = candidate(3, { latencyMs: 1, measured: { firstMs: 100, tokenMs: 50 } });
  assert.deepEqual(order([slow, far]), [2, 3], 'the pace of tokens counts');
});

test('what is under way from here counts where the offer is older', () => {
  const given = candidate(1, { latencyMs: 1, measured: { underWay: 3 } });
  assert.deepEqual(order([given, candidate(2, { latencyMs: 1 })]), [2, 1]);
});

test('one that failed lately comes last, whatever its price, and is still asked', () => {
  const failed = candidate(1, { price: '0', measured: { isResting: true } });
  assert.deepEqual(order([failed, candidate(2, { price: '9' })]), [2, 1]);
});

test('the seed chooses among those that are alike, every one in its turn', () => {
  const nodes = [candidate(1), candidate(2), candidate(3)];
  const firsts = new Set<number | undefined>();
  for (let i = 0; i < 64; i++) firsts.add(order(nodes, { seed: i.toString(16).padStart(64, '0') })[0]);
  assert.deepEqual([...firsts].sort(), [1, 2, 3]);
});

test('who holds the prefix comes first, unless it rests, is dearer, or many wait for it', () => {
  const at = (holder: Candidate) =>
    order([holder, candidate(1, { latencyMs: 1 })], { holder: address(2) })[0];
  assert.equal(at(candidate(2, { latencyMs: 90 })), 2);
  assert.equal(at(candidate(2, { load: { running: 1, queued: 3, capacity: 1 } })), 2);
  assert.equal(at(candidate(2, { load: { running: 1, queued: 4, capacity: 1 } })), 1);
  assert.equal(at(candidate(2, { price: '1' })), 1);
  assert.equal(at(candidate(2, { measured: { isResting: true } })), 1);
  assert.deepEqual(order([candidate(1)], { holder: address(2) }), [1], 'one that is gone is no error');
});

test('is one order, whatever the candidates come in, and invents nobody', async () => {
  const any = fc.record({
    n: fc.nat(500),
    price: fc.bigInt({ min: 0n, max: 3n }).map(String),
    latencyMs: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    measured: fc.record(
      {
        firstMs: fc.double({ min: 0, noNaN: true }),
        tokenMs: fc.double({ min: 0, noNaN: true }),
        runMs: fc.double({ min: 0, noNaN: true }),
        underWay: fc.nat(9),
        isResting: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    running: fc.nat(3),
    queued: fc.nat(3),
    capacity: fc.nat(3),
  });
  const options = fc.record(
    { seed: fc.nat().map((n) => n.toString(16).padStart(64, '0')), holder: fc.nat(500).map(address) },
    { requiredKeys: [] },
  );
  await forAll(
    [fc.uniqueArray(any, { selector: ({ n }) => n, maxLength: 12 }), fc.infiniteStream(fc.nat()), options],
    (nodes, random, how) => {
      const candidates = nodes.map(({ n, price, latencyMs, measured, ...load }) =>
        candidate(n, {
          price,
          load,
          measured: measured as Measured,
          ...(latencyMs === undefined ? {} : { latencyMs }),
        }),
      );
      const shuffled = candidates
        .map((c) => ({ c, at: random.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ c }) => c);
      const ranked = order(candidates, how);
      assert.deepEqual(order(shuffled, how), ranked);
      assert.equal(ranked.length, candidates.filter(({ offer }) => offer.load.capacity > 0).length);
      const prices = rankWorkers(candidates, { ...asked, ...how })
        .filter(({ measured }) => !measured?.isResting)
        .map(({ offer }) => BigInt(offer.models[0]?.price ?? 0));
      assert.ok(prices.every((price, i) => i === 0 || (prices[i - 1] as bigint) <= price));
    },
  );
});
