import assert from 'node:assert/strict';
import { normalize } from 'node:path';
import { test } from 'node:test';
import { isModelPath } from '@isobit/model';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';

test('plain relative paths are taken', () => {
  for (const path of [
    'a',
    'model.onnx',
    'a/b/c',
    '.hidden',
    '..a',
    'a..',
    'a b',
    'é',
    '…',
    'x'.repeat(255),
  ]) {
    assert.ok(isModelPath(path), path);
  }
});

test('paths that climb, hide or mean two things are refused', () => {
  for (const path of [
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    './a',
    'a/.',
    '../a',
    'a/../b',
    'a\\b',
    '..\\a',
    'C:a',
    'a:b',
    'a\0',
    'a\nb',
    'a\u007f',
    'a\u0085',
    'e\u0301',
    '\ud800',
    'x'.repeat(256),
    'é'.repeat(128),
  ]) {
    assert.ok(!isModelPath(path), JSON.stringify(path));
  }
  for (const value of [null, undefined, 0, ['a'], {}]) assert.ok(!isModelPath(value));
});

test('what is taken stays below its folder, in one spelling', () =>
  forAll(
    [fc.string({ unit: fc.constantFrom('.', '/', '\\', 'a', ':', '\0', 'é', '\u0301'), maxLength: 12 })],
    (path) => {
      if (!isModelPath(path)) return;
      assert.equal(normalize(path), path);
      assert.ok(
        !normalize(`/root/${path}`).split('/').includes('..') &&
          normalize(`/root/${path}`).startsWith('/root/'),
      );
      assert.equal(path.normalize('NFC'), path);
    },
    500,
  ));
