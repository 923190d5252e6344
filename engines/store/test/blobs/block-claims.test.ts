import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { BlockClaims, type Claim } from '../../src/blobs/pull/block-claims.ts';

const claimsOver = (blocks: number, present: readonly number[] = []) => {
  const have = new Set(present);
  return { have, claims: new BlockClaims({ blocks, has: (index) => have.has(index) }) };
};

const span = (claim: Claim | undefined): [number, number] | undefined => claim && [claim.next, claim.end];

suite('block claims', () => {
  test('gives out runs of missing blocks, in order, around those that are there', () => {
    const { claims } = claimsOver(8, [0, 3, 4]);
    assert.deepEqual(span(claims.take('a', 10)), [1, 3]);
    assert.deepEqual(span(claims.take('b', 2)), [5, 7]);
    assert.deepEqual(span(claims.take('a', 2)), [7, 8]);
  });

  test('has nothing to give where nothing is missing', () => {
    const { claims } = claimsOver(2, [0, 1]);
    assert.equal(claims.take('a', 1), undefined);
  });

  test('an idle owner takes the later half of the longest run of another, never of its own', () => {
    const { claims } = claimsOver(9);
    const long = claims.take('a', 9);
    assert.equal(claims.take('a', 9), undefined);
    assert.deepEqual(span(claims.take('b', 9)), [5, 9]);
    assert.deepEqual(span(long), [0, 5]);
  });

  test('a last block is fetched three times over at most; who is first stops the others', () => {
    const { claims, have } = claimsOver(1);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((owner) => claims.take(owner, 1));
    assert.deepEqual([span(a), span(b), span(c), span(d)], [[0, 1], [0, 1], [0, 1], undefined]);
    have.add(0);
    claims.advance(b as Claim);
    assert.deepEqual(
      [a, b, c].map((claim) => claim?.abort.signal.aborted),
      [true, false, true],
    );
  });

  test('what a released claim has not fetched is free again, unless another is at it', () => {
    const { claims, have } = claimsOver(6);
    const a = claims.take('a', 6) as Claim;
    have.add(0);
    claims.advance(a);
    const b = claims.take('b', 6) as Claim;
    assert.deepEqual(span(b), [4, 6]);
    claims.release(a);
    claims.release(a);
    assert.deepEqual(span(claims.take('c', 6)), [1, 4]);
  });

  test('blocks that were kept ahead of the claim are not given out again', () => {
    const { claims, have } = claimsOver(6);
    const a = claims.take('a', 6) as Claim;
    have.add(2);
    claims.release(a);
    assert.deepEqual(span(claims.take('b', 6)), [0, 2]);
    assert.deepEqual(span(claims.take('c', 6)), [3, 6]);
  });

  test('however owners fetch, fail and steal, every block is fetched and no present one is asked for', async () => {
    const step = fc.record({
      owner: fc.constantFrom('a', 'b', 'c', 'd'),
      most: fc.integer({ min: 1, max: 8 }),
      fails: fc.boolean(),
    });
    await forAll(
      [fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), fc.array(step, { maxLength: 200 })],
      (there, steps) => {
        const { claims, have } = claimsOver(
          there.length,
          there.flatMap((present, i) => (present ? [i] : [])),
        );
        const held = new Map<string, Claim>();
        const act = (owner: string, most: number, fails: boolean): void => {
          const claim = held.get(owner) ?? claims.take(owner, most);
          if (!claim) return;
          held.set(owner, claim);
          const over = claim.next >= claim.end || claim.abort.signal.aborted;
          if (!over && !fails) {
            have.add(claim.next);
            claims.advance(claim);
          }
          if (over || fails || claim.next >= claim.end) {
            claims.release(claim);
            held.delete(owner);
          }
        };
        for (const { owner, most, fails } of steps) act(owner, most, fails);
        for (let i = 0; i < 500 && have.size < there.length; i++) act('abcd'[i % 4] ?? 'a', 4, false);
        assert.equal(have.size, there.length);
      },
    );
  });
});
