import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import {
  bitsOf,
  createMatrix,
  floatToHalf,
  matmul,
  quantise,
  rowValues,
  unpackBlocks,
  type WeightType,
  weightTypeOf,
  weightTypes,
} from '../../../src/llm/reference/index.ts';
import { createRandom } from '../random.ts';
import { randomWeights } from '../random-model.ts';

const types = Object.keys(weightTypes) as WeightType[];

describe('unpacking', () => {
  test('a type is known by its number, and others are not', () => {
    for (const type of types) assert.equal(weightTypeOf(weightTypes[type].id), type);
    for (const id of [4, 5, 9, 10, 11, 15, 16, 31, 39, -1]) assert.equal(weightTypeOf(id), undefined);
  });

  test('integers keep their range and scales are exact', () =>
    forAll(
      [fc.constantFrom(...types.filter((type) => weightTypes[type].elements > 1)), fc.nat()],
      (type, seed) => {
        const bytes = randomWeights(createRandom(seed), type, 256);
        const most = { Q8_0: 127, Q6_K: 31, Q5_K: 31, Q5_1: 31, Q5_0: 15, Q4_K: 15, Q4_1: 15, Q4_0: 7 };
        for (const { scale, offset, integers, factors } of unpackBlocks(type as 'Q8_0', bytes)) {
          assert.equal(integers.length, 32);
          assert.ok(integers.every((integer) => integer <= most[type as 'Q8_0']));
          assert.equal(offset !== undefined, ['Q4_1', 'Q5_1', 'Q4_K', 'Q5_K'].includes(type));
          assert.equal(factors !== undefined, type === 'Q6_K');
          // The lowest bits of a product of 11 by 6 bits are zero.
          assert.equal(bitsOf(scale) & 0x3f, 0);
        }
      },
    ));

  test('a scale, an offset or a weight that is infinite or NaN is refused by name and row', () => {
    const refused = (type: WeightType, at: number, bits: number) => {
      const bytes = randomWeights(createRandom(1), type, 512);
      new DataView(bytes.buffer).setUint16(bytes.length / 2 + at, bits, true);
      assert.throws(
        () => createMatrix({ name: 'blk.0.ffn_up.weight', type, columns: 256, bytes }),
        (error) => isCoded(error, 'MODEL_WEIGHTS') && error.details['row'] === 1,
      );
    };
    for (const bits of [0x7c00, 0xfe01]) {
      refused('Q8_0', 0, bits);
      refused('Q4_1', 2, bits);
      refused('Q4_K', 2, bits);
      refused('Q6_K', 208, bits);
      refused('F16', 4, bits);
    }
    refused('BF16', 4, 0x7f80);
    refused('F32', 6, 0x7fc0);
  });
});

describe('quantised activations', () => {
  test('are within half a step of the values, and the greatest is 127 steps', () =>
    forAll(
      [fc.array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 32, maxLength: 32 })],
      (list) => {
        const values = Float32Array.from(list);
        const [block] = quantise(values);
        assert.ok(block);
        const greatest = Math.max(...values.map(Math.abs));
        if (greatest / 127 < 2 ** -126) return assert.equal(block.scale, 0);
        assert.equal(Math.max(...block.integers.map(Math.abs)), 127);
        assert.equal(
          block.sum,
          block.integers.reduce((a, b) => a + b, 0),
        );
        values.forEach((value, i) => {
          const back = block.scale * (block.integers[i] as number);
          assert.ok(Math.abs(back - value) <= block.scale * 0.5001, `${value} became ${back}`);
        });
      },
    ));

  test('a block with an infinite or NaN value makes each output NaN', () => {
    const bytes = randomWeights(createRandom(1), 'Q4_K', 512);
    const matrix = createMatrix({ name: 'w', type: 'Q4_K', columns: 256, bytes });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const values = createRandom(2).floats(256);
      values[40] = bad;
      assert.ok(matmul(matrix, values).every(Number.isNaN));
    }
  });
});

describe('matrix product', () => {
  for (const type of types) {
    test(`${type}: near the product of the unpacked weights`, () => {
      const random = createRandom(5);
      const columns = 512;
      const bytes = randomWeights(random, type, 8 * columns);
      const matrix = createMatrix({ name: 'w', type, columns, bytes });
      const values = random.floats(columns);
      const found = matmul(matrix, values);
      const quantised = weightTypes[type].elements > 1;
      for (let row = 0; row < 8; row++) {
        const weights = rowValues(matrix, row);
        const wanted = weights.reduce((sum, weight, i) => sum + weight * (values[i] as number), 0);
        const size = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
        const error = Math.abs((found[row] as number) - wanted) / size;
        assert.ok(error < (quantised ? 0.15 : 1e-5), `row ${row}: ${error}`);
      }
    });
  }

  test('integer sums of the greatest size are exact', () => {
    const bytes = new Uint8Array(210);
    // Integers of -32, factors of -128: 32 * 32 * 127 * 128 is below 2^24.
    bytes.fill(0x80, 192, 208);
    new DataView(bytes.buffer).setUint16(208, floatToHalf(1), true);
    const matrix = createMatrix({ name: 'w', type: 'Q6_K', columns: 256, bytes });
    const [found] = matmul(matrix, new Float32Array(256).fill(127));
    assert.equal(found, 8 * 32 * 32 * 127 * 128);
  });
});
