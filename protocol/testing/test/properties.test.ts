import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { forAll, propertyRuns, tempDir } from '@isobit/testing';
import fc from 'fast-check';

test('a property is tried as often as is asked, and its failure is an error', async () => {
  let tried = 0;
  await forAll([fc.integer(), fc.string()], (number, text) => {
    tried++;
    assert.equal(typeof number + typeof text, 'numberstring');
  });
  assert.equal(tried, propertyRuns());
  await assert.rejects(
    forAll([fc.nat()], (number) => number < 5),
    /Property failed/,
  );
});

test('long runs try more', (t) => {
  const before = process.env['ISOBIT_LONG'];
  t.after(() => {
    if (before === undefined) delete process.env['ISOBIT_LONG'];
    else process.env['ISOBIT_LONG'] = before;
  });
  delete process.env['ISOBIT_LONG'];
  assert.equal(propertyRuns(7), 7);
  process.env['ISOBIT_LONG'] = '1';
  assert.equal(propertyRuns(7), 700);
});

test('a temporary folder is gone when its test has ended', async (t) => {
  let path = '';
  await t.test('uses one', (inner) => {
    path = tempDir(inner);
    writeFileSync(join(path, 'file'), 'x');
  });
  assert.equal(existsSync(path), false);
});
