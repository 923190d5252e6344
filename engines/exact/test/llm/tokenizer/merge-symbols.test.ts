import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { mergeSymbols } from '../../../src/llm/tokenizer/merge-symbols.ts';
import { PairTable } from '../../../src/llm/tokenizer/pair-table.ts';

/** Merges as the spec tells it: look at all neighbours, again and again. */
function slowly(symbols: number[], pairs: Uint32Array, results: readonly number[]): number[] {
  const orderOf = (left: number, right: number): number => {
    for (let i = 0; i < pairs.length / 2; i++)
      if (pairs[2 * i] === left && pairs[2 * i + 1] === right) return i;
    return -1;
  };
  for (;;) {
    let best = -1;
    let at = -1;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const order = orderOf(symbols[i] as number, symbols[i + 1] as number);
      if (order >= 0 && (best < 0 || order < best)) [best, at] = [order, i];
    }
    if (best < 0) return symbols;
    symbols.splice(at, 2, results[best] as number);
  }
}

const IDS = 6;
const id = fc.nat({ max: IDS - 1 });

test('property: the queue merges as looking at all neighbours again and again does', async () => {
  const rules = fc.array(fc.tuple(id, id, id), { maxLength: 12 });
  await forAll([fc.array(id, { maxLength: 40 }), rules], (given, merges) => {
    const pairs = Uint32Array.from(merges.flatMap((merge) => merge.slice(0, 2)));
    const results = merges.map(([, , result]) => result);
    const table = new PairTable(pairs, IDS);
    const symbols = given.slice();
    const left = mergeSymbols(symbols.length, {
      order: (a, b) => table.get(symbols[a] as number, symbols[b] as number),
      join: (a, b) => {
        symbols[a] = results[table.get(symbols[a] as number, symbols[b] as number)] as number;
      },
    });
    assert.deepEqual(
      left.map((at) => symbols[at]),
      slowly(given.slice(), pairs, results),
    );
  });
});

describe('pairs', () => {
  test('of equal pairs the first counts; others are absent', () => {
    const table = new PairTable(Uint32Array.of(1, 2, 0, 5, 1, 2, 5, 0), IDS);
    assert.deepEqual(
      [table.get(1, 2), table.get(0, 5), table.get(5, 0), table.get(2, 1), table.get(0, 0)],
      [0, 1, 3, -1, -1],
    );
  });

  test('none at all', () => assert.equal(new PairTable(new Uint32Array(0), IDS).get(0, 0), -1));
});
