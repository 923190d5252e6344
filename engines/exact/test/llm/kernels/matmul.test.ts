import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromHex } from '@isobit/core';
import { builds, floatTypeIds, weightTypeIds } from '@isobit/kernels';
import { forAll, propertyRuns, vectors } from '@isobit/testing';
import fc from 'fast-check';
import {
  createMatrix,
  matmul,
  quantise,
  rowValues,
  type WeightType,
  weightTypes,
} from '../../../src/llm/reference/index.ts';
import { createRandom, type Random } from '../random.ts';
import { floats, hex32, type Vector } from '../vectors.ts';
import { hostileWeights } from './hostile-weights.ts';
import { createKernelHost, type Packed } from './kernel-host.ts';

const types = Object.keys(weightTypes) as WeightType[];
const host = await createKernelHost();
const { valid } = vectors<Vector>('profile-llm-exact-1');

/** Bits, but each NaN is as good as another (section 2). */
const bits = (values: Float32Array): string =>
  hex32(values.map((value) => (Number.isNaN(value) ? Number.NaN : value)));

function packed(
  type: WeightType,
  rows: number,
  columns: number,
  bytes: Uint8Array,
  portion?: number,
): Packed {
  const result = host.pack(type, rows, columns, bytes, portion);
  assert.ok(!('bad' in result), `row ${'bad' in result && result.bad} was refused`);
  return result;
}

/** Activations of a kind that `choice` picks: usual, tiny, huge, with zeros in blocks, all zero. */
function activations(random: Random, columns: number, choice: number): Float32Array {
  const scale = [1, 30, 1e-30, 1e-37, 1e30, 3e38, 0][choice % 7] as number;
  const values = random.floats(columns, scale);
  if (random.integer(2) === 0) values.fill(0, 0, 32);
  return values;
}

const columnsOf = (type: WeightType, blocks: number, ragged: number): number =>
  weightTypes[type].elements === 1
    ? Math.max(1, 32 * blocks - ragged)
    : Math.max(32, weightTypes[type].elements) * blocks;

describe('vectors', () => {
  for (const { name, value } of valid) {
    const type = value['type'] as WeightType;
    if (value.kind === 'matmul') {
      test(name, () => {
        const columns = value['columns'] as number;
        const bytes = fromHex(value['hex'] as string);
        const { elements, bytes: size } = weightTypes[type];
        const rows = bytes.length / ((columns / elements) * size);
        const [y] = host.matmul(packed(type, rows, columns, bytes), [floats(value['x'])]);
        assert.deepEqual({ y: bits(y as Float32Array) }, value.expected);
        host.clear();
      });
    }
    if (value.kind === 'unpack') {
      test(name, () => {
        const bytes = fromHex(value['hex'] as string);
        const columns = (bytes.length / weightTypes[type].bytes) * weightTypes[type].elements;
        const row = host.unpackRow(packed(type, 1, columns, bytes), 0);
        assert.equal(hex32(row), (value.expected as { values: string }).values);
        host.clear();
      });
    }
    if (value.kind === 'quantise') {
      test(name, () => {
        const blocks = host.quantise(floats(value['x'])).map(({ scale, integers, sum }) => ({
          scale: bits(Float32Array.of(scale)),
          integers: [...integers].join(' '),
          sum,
        }));
        assert.deepEqual({ blocks }, value.expected);
        host.clear();
      });
    }
  }
});

test('types have the numbers of the file', () => {
  for (const type of types) {
    assert.equal(weightTypeIds[type], weightTypes[type].id);
    assert.equal(floatTypeIds.has(weightTypes[type].id), weightTypes[type].elements === 1);
  }
  assert.equal(Object.keys(weightTypeIds).length, types.length);
});

test('quantising equals the reference', () =>
  forAll([fc.nat(), fc.integer({ min: 1, max: 5 }), fc.nat(6)], (seed, blocks, choice) => {
    const values = activations(createRandom(seed), 32 * blocks, choice);
    if (seed % 13 === 0)
      values[seed % values.length] = seed % 2 === 0 ? Number.NaN : Number.NEGATIVE_INFINITY;
    assert.deepEqual(host.quantise(values), quantise(values));
    host.clear();
  }));

for (const type of types) {
  describe(type, () => {
    const shape = {
      seed: fc.nat(),
      rows: fc.integer({ min: 1, max: 75 }),
      blocks: fc.integer({ min: 1, max: 4 }),
      ragged: fc.integer({ min: 0, max: 31 }),
      tokens: fc.constantFrom(1, 1, 2, 3, 4, 5, 7, 8, 9, 13),
    };

    test('products equal the reference, however many tokens and rows are computed at once', () =>
      forAll(
        [shape.seed, shape.rows, shape.blocks, shape.ragged, shape.tokens, fc.nat(6)],
        (seed, rows, blocks, ragged, tokens, choice) => {
          const random = createRandom(seed);
          const columns = columnsOf(type, blocks, ragged);
          const bytes = hostileWeights(random, type, rows * columns);
          const matrix = createMatrix({ name: 'matrix', type, columns, bytes });
          const x = Array.from({ length: tokens }, (_, i) => activations(random, columns, choice + i));
          const split = [0, ...(rows > 8 ? [8 * (1 + random.integer(Math.floor((rows - 1) / 8)))] : [])];
          const y = host.matmul(packed(type, rows, columns, bytes, 8 * (1 + random.integer(4))), x, split);
          y.forEach((found, token) => {
            assert.equal(bits(found), bits(matmul(matrix, x[token] as Float32Array)), `token ${token}`);
          });
          host.clear();
        },
        propertyRuns(40),
      ));

    test('rows unpack as the reference does', () =>
      forAll([shape.seed, shape.rows, shape.blocks, shape.ragged], (seed, rows, blocks, ragged) => {
        const random = createRandom(seed);
        const columns = columnsOf(type, blocks, ragged);
        const bytes = hostileWeights(random, type, rows * columns);
        const matrix = createMatrix({ name: 'matrix', type, columns, bytes });
        const row = random.integer(rows);
        assert.equal(
          hex32(host.unpackRow(packed(type, rows, columns, bytes), row)),
          hex32(rowValues(matrix, row)),
        );
        host.clear();
      }));

    test('a weight, scale or offset that is infinite or NaN is refused by its row', () =>
      forAll([shape.seed, shape.rows, fc.constantFrom(0x7c00, 0xfc00, 0x7e01)], (seed, rows, half) => {
        const random = createRandom(seed);
        const columns = columnsOf(type, 2, 0);
        const bytes = hostileWeights(random, type, rows * columns);
        const row = random.integer(rows);
        const { at, bits: word } = badPlace(random, type, half);
        const size = weightTypes[type].bytes;
        const start = row * (columns / weightTypes[type].elements) * size;
        const block = random.integer(columns / weightTypes[type].elements);
        new DataView(bytes.buffer).setUint16(start + block * size + at, word, true);
        assert.deepEqual(host.pack(type, rows, columns, bytes, 8), { bad: row });
        host.clear();
      }));

    test('packed, it takes at most 1.25 times its bytes in the file', () => {
      for (const [rows, columns] of [
        [768, 768],
        [2048, 512],
        [72, 2048],
      ] as const) {
        const bytes = host.kernels.packedBytes(weightTypes[type].id, rows, columns);
        const file = (rows * columns * weightTypes[type].bytes) / weightTypes[type].elements;
        assert.ok(bytes <= 1.25 * file, `${bytes / file} times`);
      }
    });
  });
}

/** Where in a block of the file a half may be that ruins it, and what to write there. */
function badPlace(random: Random, type: WeightType, half: number): { at: number; bits: number } {
  if (type === 'F32') return { at: 2, bits: half === 0x7e01 ? 0x7fc1 : 0xff80 };
  if (type === 'BF16') return { at: 0, bits: half === 0x7e01 ? 0x7fc1 : 0x7f80 };
  if (type === 'Q6_K') return { at: 208, bits: half };
  const second = ['Q4_1', 'Q5_1', 'Q4_K', 'Q5_K'].includes(type) && random.integer(2) === 0;
  return { at: second ? 2 : 0, bits: half };
}

describe('builds', () => {
  for (const build of builds.filter((each) => each !== 'single')) {
    test(`"${build}" gives the bits of "single"`, async () => {
      const other = await createKernelHost(build, 64);
      for (const type of types) {
        const random = createRandom(11);
        const [rows, columns] = [43, columnsOf(type, 2, 3)];
        const bytes = hostileWeights(random, type, rows * columns);
        const x = Array.from({ length: 6 }, (_, i) => activations(random, columns, i));
        const matrix = other.pack(type, rows, columns, bytes, 16);
        assert.ok(!('bad' in matrix));
        assert.deepEqual(
          other.matmul(matrix, x, [0, 24]).map(bits),
          host.matmul(packed(type, rows, columns, bytes), x).map(bits),
        );
        const vector = random.floats(96, 5);
        assert.deepEqual(other.quantise(vector), host.quantise(vector));
        assert.deepEqual(other.unpackRow(matrix, 40), host.unpackRow(packed(type, rows, columns, bytes), 40));
        other.clear();
        host.clear();
      }
    });
  }
});
