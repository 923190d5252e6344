import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { repositoryPath, vectors } from '@isobit/testing';
import { makeVectors, TERM } from './make-vectors.ts';
import { operations, type Vector } from './operations.ts';

const { valid, invalid } = vectors<Vector>(TERM);

describe(`vectors of ${TERM}`, () => {
  for (const { name, value } of valid) {
    test(`${name}: ${value.description}`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(operations[value.kind](value))), value.expected);
    });
  }
  for (const { name, value } of invalid) {
    test(`refused, ${name}: ${value.description}`, () => {
      assert.throws(
        () => operations[value.kind](value),
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
  const made = makeVectors();
  for (const [path, text] of made)
    assert.ok(text === (await readFile(repositoryPath(`specs/vectors/${path}`), 'utf8')), path);
  assert.equal(valid.length + invalid.length, made.size);
});
