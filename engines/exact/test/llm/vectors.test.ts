import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { repositoryPath, vectors } from '@isobit/testing';
import { makeVectors, TERM } from './make-vectors.ts';
import { operations, type Vector } from './vectors.ts';

const { valid, invalid } = vectors<Vector>(TERM);

describe(`vectors of ${TERM}`, () => {
  for (const { name, value } of valid) {
    test(`${name}: ${value.description}`, async () => {
      assert.deepEqual(JSON.parse(JSON.stringify(await operations[value.kind](value))), value.expected);
    });
  }
  for (const { name, value } of invalid) {
    test(`refused, ${name}: ${value.description}`, async () => {
      await assert.rejects(
        async () => operations[value.kind](value),
        (error) => isCoded(error, value.error),
      );
    });
  }
});

test('every operation has a vector', () => {
  const kinds = new Set(valid.map(({ value }) => value.kind));
  assert.deepEqual([...kinds].sort(), Object.keys(operations).sort());
});

test('the script writes the same vectors again', async () => {
  const made = await makeVectors();
  for (const [path, text] of made)
    assert.equal(text, await readFile(repositoryPath(`specs/vectors/${path}`), 'utf8'), path);
  assert.equal(valid.length + invalid.length, made.size);
});
