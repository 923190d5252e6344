import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, limits } from '@isobit/core';
import { deriveLogKeys } from '@isobit/log';
import { decodeEvidenceFragment, type Evidence, evidenceFragment } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { smallRequest } from './vectors/exchange.ts';
import { alice } from './vectors/model.ts';
import { alone } from './vectors/receipt.ts';

const withKey = (text: string): Evidence => ({
  isobit: 'evidence/1',
  receipt: alone,
  request: smallRequest,
  log: { checkpoint: text, index: 0, proof: [], key: deriveLogKeys(alice).binding },
});
const invalid = (error: unknown) => isCoded(error, 'CANONICAL_INVALID');

test('evidence reads back from a link', () =>
  forAll([fc.string({ unit: 'binary', maxLength: 200 })], (text) => {
    const fragment = evidenceFragment(withKey(text)) ?? '';
    assert.match(fragment, /^e=[A-Za-z0-9_-]+$/);
    assert.deepEqual(decodeEvidenceFragment(fragment), withKey(text));
  }));

test('what is longer than a link has none, and the longest one reads back', () => {
  const spare = limits.fragmentBytes - JSON.stringify(withKey('')).length;
  const longest = withKey('x'.repeat(spare));
  assert.deepEqual(decodeEvidenceFragment(evidenceFragment(longest) ?? ''), longest);
  assert.equal(evidenceFragment(withKey('x'.repeat(spare + 1))), undefined);
});

test('anything else behind # is refused', () => {
  const fragment = evidenceFragment(withKey('')) ?? '';
  for (const text of [
    '',
    'e=',
    fragment.slice(2),
    `#${fragment}`,
    `${fragment}=`,
    fragment.slice(0, -1),
    `${fragment}A`,
    'e=AAAAA',
    'e=+/',
    `e=${'A'.repeat(10_000_000)}`,
  ]) {
    assert.throws(() => decodeEvidenceFragment(text), invalid, text.slice(0, 20));
  }
});

test('a changed character is refused or reads as other evidence', () => {
  const evidence = withKey('x');
  const fragment = evidenceFragment(evidence) ?? '';
  return forAll(
    [fc.nat(), fc.constantFrom(...'AQgw05_-=')],
    (at, character) => {
      const where = at % fragment.length;
      const changed = fragment.slice(0, where) + character + fragment.slice(where + 1);
      if (changed === fragment) return;
      try {
        assert.notDeepEqual(decodeEvidenceFragment(changed), evidence);
      } catch (error) {
        assert.ok(isCoded(error), String(error));
      }
    },
    200,
  );
});
