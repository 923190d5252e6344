import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { ggufPart, ggufPaths, ggufStem } from '../src/index.ts';

test('each path of several tells its place, and leads to all of them', () =>
  forAll(
    [fc.string(), fc.integer({ min: 1, max: 1_000 }), fc.nat()],
    (stem, count, any) => {
      const number = (any % count) + 1;
      const paths = ggufPaths(`${stem}-00001-of-${String(count).padStart(5, '0')}.gguf`);
      const path = paths[number - 1] as string;
      assert.deepEqual(ggufPart(path), { stem, number, count });
      assert.deepEqual(ggufPaths(path), paths);
      assert.equal(ggufStem(path), stem);
    },
    100,
  ));

test('any other path is no part, and stands alone', () => {
  for (const path of [
    'model.gguf',
    'm-00000-of-00002.gguf',
    'm-00003-of-00002.gguf',
    'm-00000-of-00000.gguf',
    'm-00001-of-01001.gguf',
    'm-0001-of-0002.gguf',
    'm-00001-of-00002.GGUF',
    'm-00001-of-00002.safetensors',
    'm-00001-of-00002.gguf/x',
  ]) {
    assert.equal(ggufPart(path), undefined, path);
    assert.deepEqual(ggufPaths(path), [path]);
  }
  assert.equal(ggufStem('a/Model.Q8_0.GGUF'), 'a/Model.Q8_0');
});
