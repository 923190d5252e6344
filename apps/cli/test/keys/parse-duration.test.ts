import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../../src/keys/parse-duration.ts';

test('times have a unit', () => {
  assert.deepEqual(
    ['90s', '15m', '12h', '30d'].map((text) => parseDuration(text, 'expires')),
    [90_000, 900_000, 43_200_000, 2_592_000_000],
  );
  for (const text of ['', '30', '0d', '-1d', '1w', '1.5h', 'never'])
    assert.throws(() => parseDuration(text, 'expires'), { code: 'USAGE' }, text);
});
