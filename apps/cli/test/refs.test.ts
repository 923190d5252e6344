import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryPath, tempDir } from '@isobit/testing';
import { namedModel, readReference } from '../src/refs.ts';

test('what looks like a path is one, there or not', () => {
  for (const path of ['./x', '../x', '/x', '..', '.', '~/x'])
    assert.deepEqual(readReference(path), { kind: 'path', path });
});

test('what can be a name is one, even beside a folder of that name', (t) => {
  process.chdir(tempDir(t));
  t.after(() => process.chdir(repositoryPath()));
  mkdirSync('digits');
  for (const ref of ['digits', 'digits:2', 'alice/digits', `0x${'a'.repeat(40)}/digits:2`, 'absent.onnx'])
    assert.deepEqual(readReference(ref), { kind: 'model', ref });
});

test('an existing .onnx or .gguf file, or another existing text, is a path', (t) => {
  const dir = tempDir(t);
  process.chdir(dir);
  t.after(() => process.chdir(repositoryPath()));
  writeFileSync('model.onnx', '');
  writeFileSync('model.gguf', '');
  mkdirSync('My Models');
  for (const path of ['model.onnx', 'model.gguf', 'My Models', join(dir, 'model.onnx')])
    assert.deepEqual(readReference(path), { kind: 'path', path });
});

test('what is in a hub', () => {
  assert.deepEqual(readReference('hf.co/org/Repo:q8_0'), {
    kind: 'hub',
    ref: { repo: 'org/Repo', quant: 'q8_0' },
  });
  assert.deepEqual(readReference('./hf.co/org/repo'), { kind: 'path', path: './hf.co/org/repo' });
  assert.throws(() => readReference('hf.co/org'), { code: 'HUB_REF_INVALID' });
  assert.throws(() => namedModel('hf.co/org/repo'), { code: 'USAGE', message: /pull it first/ });
});

test('anything else is refused', () => {
  assert.throws(() => readReference('My Model'), { code: 'REF_INVALID' });
  assert.throws(() => namedModel('./x'), { code: 'USAGE' });
});
