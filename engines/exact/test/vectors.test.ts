import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { repositoryPath, vectors } from '@isobit/testing';
import { createOnnxExact } from '../src/index.ts';
import { wasmPath } from '../src/process/engine-file.ts';
import { makeVectors } from './make-vectors.ts';
import { operations, type Vector } from './vectors.ts';

const runtime = createOnnxExact({ wasm: () => readFile(wasmPath()) });
after(() => runtime[Symbol.asyncDispose]());

for (const term of ['profile-onnx-exact-1', 'trace']) {
  const { valid, invalid } = vectors<Vector>(term);
  describe(`vectors of ${term}`, () => {
    for (const { name, value } of valid) {
      test(`${name}: ${value.description}`, async () => {
        assert.deepEqual(
          JSON.parse(JSON.stringify(await operations[value.kind](value, runtime))),
          value.expected,
        );
      });
    }
    for (const { name, value } of invalid) {
      test(`refused, ${name}: ${value.description}`, async () => {
        await assert.rejects(operations[value.kind](value, runtime), (error) => isCoded(error, value.error));
      });
    }
  });
}

test('the script writes the same vectors again', async () => {
  const made = await makeVectors();
  for (const [path, text] of made)
    assert.equal(text, await readFile(repositoryPath(`specs/vectors/${path}`), 'utf8'), path);
  const counted = ['profile-onnx-exact-1', 'trace'].flatMap((term) => Object.values(vectors(term)).flat());
  assert.equal(counted.length, made.size);
});
