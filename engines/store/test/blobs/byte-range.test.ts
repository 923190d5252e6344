import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { parseRange } from '../../src/blobs/http/byte-range.ts';

test('reads the ranges of RFC 9110', () => {
  const cases: [string | null, number, unknown][] = [
    ['bytes=0-0', 10, { start: 0, end: 1 }],
    ['bytes=2-5', 10, { start: 2, end: 6 }],
    ['bytes=2-99', 10, { start: 2, end: 10 }],
    ['bytes=2-', 10, { start: 2, end: 10 }],
    ['bytes=-3', 10, { start: 7, end: 10 }],
    ['bytes=-99', 10, { start: 0, end: 10 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=10-12', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-1', 0, 'unsatisfiable'],
  ];
  for (const [header, size, expected] of cases)
    assert.deepEqual(parseRange(header, size), expected, String(header));
});

test('what is no single range of bytes is no range', () => {
  const headers = [
    null,
    '',
    'bytes=-',
    'bytes=5-2',
    'bytes=0-1,3-4',
    'items=0-1',
    'bytes=a-b',
    'bytes=0x1-2',
    'bytes=99999999999999999-',
  ];
  for (const header of headers) assert.equal(parseRange(header, 10), undefined, String(header));
});

test('never leads outside of the blob', () =>
  forAll([fc.string(), fc.nat(), fc.nat(), fc.nat(100)], (noise, first, last, size) => {
    for (const header of [
      noise,
      `bytes=${first}-${last}`,
      `bytes=${first}-`,
      `bytes=-${last}`,
      `bytes=${noise}-${last}`,
    ]) {
      const range = parseRange(header, size);
      if (typeof range === 'object')
        assert.ok(range.start >= 0 && range.start < range.end && range.end <= size, header);
    }
  }));
