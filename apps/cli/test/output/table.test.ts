import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { counted, formatBytes, formatMs, shorten } from '../../src/output/bytes.ts';
import { formatTable, textWidth, wrap } from '../../src/output/table.ts';

test('columns are aligned and the last one wraps under itself', () => {
  const words = 'one two three four five six seven eight nine';
  assert.deepEqual(
    formatTable(
      [
        ['a', 'bb', words],
        ['ccc', 'd', 'short'],
      ],
      40,
    ),
    ['a    bb  one two three four five six', '         seven eight nine', 'ccc  d   short'],
  );
});

test('colours and wide characters do not shift columns', () => {
  const [a = '', b = '', c = ''] = formatTable([
    ['\u001b[31mred\u001b[39m', 'x'],
    ['数字', 'x'],
    ['plain', 'x'],
  ]);
  assert.deepEqual(
    [a, b, c].map((line) => textWidth(line.slice(0, line.lastIndexOf('x')))),
    [7, 7, 7],
  );
});

test('no rows, no lines', () => assert.deepEqual(formatTable([]), []));

test('wrapping loses no word', () =>
  forAll([fc.array(fc.stringMatching(/^[a-z]{1,30}$/)), fc.integer({ min: 1, max: 60 })], (words, limit) => {
    assert.deepEqual(wrap(words.join(' '), limit).join(' '), words.join(' '));
  }));

test('sizes and times are short', () => {
  assert.deepEqual([0, 999, 1000, 26_454, 999_600, 8e12].map(formatBytes), [
    '0 B',
    '999 B',
    '1.00 kB',
    '26.5 kB',
    '1.00 MB',
    '8.00 TB',
  ]);
  assert.deepEqual([0.4, 999, 999.9, 61_000].map(formatMs), ['0 ms', '999 ms', '1.0 s', '61.0 s']);
  assert.equal(shorten('0123456789abcdef', 3), '012…def');
  assert.equal(shorten('0123456', 3), '0123456');
  assert.deepEqual([counted(1, 'entry', 'entries'), counted(0, 'file')], ['1 entry', '0 files']);
});
