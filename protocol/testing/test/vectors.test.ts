import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { tempDir, vectors } from '@isobit/testing';

function folder(root: string, path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, path), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, path, name), text);
}

test('reads both folders in the order of names, by name or by test file', (t) => {
  const root = tempDir(t);
  folder(root, 'receipt/valid', { 'b.json': '2', 'a.json': '1', 'readme.md': 'x' });
  folder(root, 'receipt/invalid', { 'c.json': '{"n":3}' });
  const byName = vectors('receipt', root);
  assert.deepEqual(
    byName.valid.map(({ name, value, text }) => [name, value, text]),
    [
      ['a', 1, '1'],
      ['b', 2, '2'],
    ],
  );
  assert.deepEqual(
    byName.invalid.map(({ value }) => value),
    [{ n: 3 }],
  );
  assert.deepEqual(vectors('file:///x/protocol/receipt/test/receipt.test.ts', root), byName);
});

test('an empty folder or a file that is no JSON is an error', (t) => {
  const root = tempDir(t);
  assert.throws(() => vectors('log', root), /log\/valid holds no vector/);
  folder(root, 'log/valid', { 'a.json': '{' });
  assert.throws(() => vectors('log', root), /a\.json is no JSON/);
});
