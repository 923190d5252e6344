import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, utf8 } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { elementBytes } from '../../../src/llm/safetensors/read-header.ts';
import { assemble } from './build-safetensors.ts';
import { readWholeHeader } from './vectors.ts';

const tensor = fc.record(
  {
    name: fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((name) => name !== '__metadata__' && name.isWellFormed()),
    dtype: fc.constantFrom(...Object.keys(elementBytes)),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
  },
  { noNullPrototype: true },
);

const tensors = fc.uniqueArray(tensor, { maxLength: 8, selector: ({ name }) => name });

type Tensor = typeof tensors extends fc.Arbitrary<(infer T)[]> ? T : never;

/** A file of these tensors, whose entries stand in an order of their own. */
function fileOf(
  list: readonly Tensor[],
  order: (a: Tensor, b: Tensor) => number,
  padding: number,
): Uint8Array {
  let at = 0;
  const placed = list.map((each) => {
    const begin = at;
    at += each.shape.reduce((product, size) => product * size, 1) * elementBytes[each.dtype as 'F32'];
    return { ...each, data_offsets: [begin, at] };
  });
  const members = placed
    .toSorted(order)
    .map(({ name, ...entry }) => `${JSON.stringify(name)}: ${JSON.stringify(entry)}`);
  return assemble(`{${members.join(' ,\n')}}${' '.repeat(padding)}`, new Uint8Array(at));
}

const byName = (a: Tensor, b: Tensor): number => (a.name < b.name ? -1 : 1);

test('what a file says is read, in the order in which the bytes lie', () =>
  forAll([tensors, fc.nat(9)], (list, padding) => {
    const found = readWholeHeader(fileOf(list, byName, padding));
    assert.deepEqual(
      found.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
      list,
    );
    let end = found[0]?.offset ?? 0;
    for (const { offset, bytes } of found) {
      assert.equal(offset, end);
      end += bytes;
    }
  }));

test('every beginning of a file, and one byte more, is refused', () =>
  forAll([tensors.filter((list) => list.length > 0), fc.nat()], (list, at) => {
    const file = fileOf(list, byName, 0);
    const refused = (bytes: Uint8Array): void =>
      assert.throws(() => readWholeHeader(bytes), { code: 'MODEL_MALFORMED' });
    refused(file.subarray(0, at % file.length));
    refused(Uint8Array.from([...file, 0]));
  }));

test('any header is read or refused with a code', () =>
  forAll([fc.json({ maxDepth: 4 }), fc.nat(64)], (json, size) => {
    try {
      readWholeHeader(assemble(json, new Uint8Array(size)));
    } catch (error) {
      assert.ok(isCoded(error), String(error));
    }
  }));

test('a long text with a million escapes takes no more than its length', () => {
  const text = '\\"'.repeat(1_000_000);
  assert.deepEqual(readWholeHeader(assemble(`{"__metadata__":{"a":"${text}"}}`)), []);
  assert.throws(() => readWholeHeader(assemble(`{"__metadata__":{"a":"${text}"},"b":true}`)), {
    code: 'MODEL_MALFORMED',
  });
  assert.equal(utf8(text).length, 2_000_000);
});
