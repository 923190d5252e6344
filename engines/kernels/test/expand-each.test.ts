import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandEach } from './compiler/expand-each.ts';

const lines = (...list: string[]): string => list.join('\n');

test('lines are repeated for each value, inner ones within outer ones', () => {
  assert.equal(
    expandEach(lines('a', '// @each k 0..2', 'b$k = $k + k;', '// @end', 'c')),
    lines('a', 'b0 = 0 + k;', 'b1 = 1 + k;', 'b2 = 2 + k;', 'c'),
  );
  assert.equal(
    expandEach(
      lines('// @each n 1 4', 'f$n {', '  // @each p 1..$n', '  x$p$n;', '  // @end', '}', '// @end'),
    ),
    lines('f1 {', '  x11;', '}', 'f4 {', '  x14;', '  x24;', '  x34;', '  x44;', '}'),
  );
});

test('several names take several values at a time', () => {
  assert.equal(
    expandEach(lines('// @each Shape,bits Bytes,8 Fours,4', 'add$Shape(v, $bits)', '// @end')),
    lines('addBytes(v, 8)', 'addFours(v, 4)'),
  );
});

test('text without any is as it was, and unknown names stay', () => {
  const text = lines('// an @each in words', 'const $x = $y;');
  assert.equal(expandEach(text), text);
});

test('one without its end, or an end without its beginning, is refused with its line', () => {
  assert.throws(() => expandEach(lines('a', '// @each k 0..2', 'b')), /line 2: an @each/);
  assert.throws(() => expandEach(lines('a', '// @end')), /line 2: an @end/);
});
