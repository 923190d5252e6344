import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeBundle,
  decodeTile,
  encodeBundle,
  encodeTile,
  levelsOf,
  parseTilePath,
  tilePath,
  tileWidth,
} from '@isobit/log';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { coded } from './build-log.ts';

test('paths as c2sp tlog-tiles writes them', () => {
  assert.equal(tilePath({ level: 0, index: 1234067, width: 256 }), 'tile/0/x001/x234/067');
  assert.equal(tilePath({ level: 1, index: 0, width: 17 }), 'tile/1/000.p/17');
  assert.equal(tilePath({ level: 'entries', index: 273, width: 112 }), 'tile/entries/273.p/112');
});

for (const path of [
  'tile/0/000.p/256',
  'tile/0/000.p/0',
  'tile/0/000.p/01',
  'tile/0/000.p/',
  'tile/00/000',
  'tile/64/000',
  'tile/-1/000',
  'tile/0/0',
  'tile/0/1000',
  'tile/0/x000/001',
  'tile/0/001/002',
  'tile/0/x001',
  'tile/0/x001/x002',
  'tile/0/../000',
  '/tile/0/000',
  'tile/0/000/',
  'tile/entry/000',
  'tile/0/x999/x999/x999/x999/x999/999',
  'checkpoint',
  '',
]) {
  test(`no tile has the path "${path}"`, () => assert.equal(parseTilePath(path), undefined));
}

test('the tree of 70,000 of the c2sp text', () => {
  const widths = (level: number) => [
    tileWidth(level, 0, 70_000),
    tileWidth(level, 272, 70_000),
    tileWidth(level, 273, 70_000),
  ];
  assert.deepEqual(widths(0), [256, 256, 112]);
  assert.deepEqual([tileWidth(1, 0, 70_000), tileWidth(1, 1, 70_000), tileWidth(2, 0, 70_000)], [256, 17, 1]);
  assert.deepEqual([tileWidth(0, 0, 256), tileWidth(0, 1, 256), tileWidth(1, 0, 256)], [256, 0, 1]);
  assert.deepEqual([levelsOf(0), levelsOf(255), levelsOf(256), levelsOf(70_000)], [0, 1, 2, 3]);
});

test('property: every coordinate reads back from its path', () =>
  forAll(
    [
      fc.oneof(fc.constant('entries' as const), fc.nat(63)),
      fc.maxSafeNat(),
      fc.integer({ min: 1, max: 256 }),
    ],
    (level, index, width) =>
      assert.deepEqual(parseTilePath(tilePath({ level, index, width })), { level, index, width }),
  ));

test('property: bundles and tiles read back, and only with their own width', () =>
  forAll([fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 })], (entries) => {
    const bytes = encodeBundle(entries);
    assert.deepEqual(
      decodeBundle(bytes, entries.length).map((e) => [...e]),
      entries.map((e) => [...e]),
    );
    assert.throws(() => decodeBundle(bytes, entries.length + 1), coded('BUNDLE_INVALID'));
    if (entries.length > 0)
      assert.throws(() => decodeBundle(bytes, entries.length - 1), coded('BUNDLE_INVALID'));
    const hashes = entries.map((_, i) => new Uint8Array(32).fill(i));
    assert.deepEqual(decodeTile(encodeTile(hashes), hashes.length), hashes);
    assert.throws(() => decodeTile(encodeTile(hashes), hashes.length + 1), coded('TILE_INVALID'));
  }));

test('bundles that are truncated, trailed or too large are refused', () => {
  assert.throws(() => decodeBundle(Uint8Array.of(0, 2, 1), 1), coded('BUNDLE_INVALID'));
  assert.throws(() => decodeBundle(Uint8Array.of(0), 1), coded('BUNDLE_INVALID'));
  assert.throws(() => decodeBundle(Uint8Array.of(0, 0, 0), 1), coded('BUNDLE_INVALID'));
  assert.throws(() => encodeBundle([new Uint8Array(65_536)]), coded('BUNDLE_INVALID'));
  assert.throws(() => encodeBundle(new Array(257).fill(new Uint8Array(0))), coded('BUNDLE_INVALID'));
  assert.equal(decodeBundle(encodeBundle([new Uint8Array(65_535)]), 1)[0]?.length, 65_535);
});
