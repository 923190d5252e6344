import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '@isobit/testing';
import { makeVectors, terms } from './make-vectors.ts';
import { operations, refusal } from './vectors/operations.ts';
import type { Vector } from './vectors/vector.ts';

const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

for (const term of Object.keys(terms)) {
  const { valid, invalid } = vectors<Vector>(term);

  test(`the valid vectors of ${term} give what they state`, () => {
    for (const { name, value } of valid)
      assert.deepEqual(json(operations[value.kind]?.(value)), value.expected, name);
  });

  test(`the invalid vectors of ${term} are refused for the reason they state`, () => {
    for (const { name, value } of invalid) assert.equal(refusal(value), value.error, name);
  });
}

test('the generator writes the committed vectors byte for byte', () => {
  const made = makeVectors();
  const committed = new Map<string, string>(
    Object.keys(terms).flatMap((term) => {
      const { valid, invalid } = vectors(term);
      return [
        ...valid.map(({ name, text }) => [`${term}/valid/${name}.json`, text] as const),
        ...invalid.map(({ name, text }) => [`${term}/invalid/${name}.json`, text] as const),
      ];
    }),
  );
  assert.deepEqual([...committed.keys()].sort(), [...made.keys()].sort());
  for (const [path, text] of made) assert.equal(committed.get(path), text, path);
});
