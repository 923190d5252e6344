import { toHex } from '@isobit/core';
import { type WeightType, weightTypes } from '../../../src/llm/reference/index.ts';
import { createRandom } from '../random.ts';
import { randomWeights } from '../random-model.ts';
import { hex32 } from '../vectors.ts';
import { type Cases, edges, make, ramp } from './case.ts';

/* Sections 5 and 6: unpacking, quantising, the matrix product. */

const random = createRandom(3);

const types = Object.keys(weightTypes) as WeightType[];
const columns = (type: WeightType): number => Math.max(64, weightTypes[type].elements);

const each: Cases = Object.fromEntries(
  types.flatMap((type) => {
    const width = columns(type);
    const name = type.toLowerCase().replace('_', '-');
    const sample = toHex(randomWeights(random, type, Math.max(8, weightTypes[type].elements)));
    return [
      [`unpack-${name}`, make('unpack', `a block of ${type}`, { type, hex: sample })],
      [
        `matmul-${name}`,
        make('matmul', `three rows of ${type}`, {
          type,
          columns: width,
          hex: toHex(randomWeights(random, type, 3 * width)),
          x: hex32(random.floats(width, 3)),
        }),
      ],
    ];
  }),
);

const integerEdges: Cases = {
  'unpack-q6-k-greatest': make('unpack', 'integers of -32 with factors of -128', {
    type: 'Q6_K',
    hex: `${'00'.repeat(192)}${'80'.repeat(16)}ff7b`,
  }),
  'matmul-q6-k-greatest': make('matmul', 'the greatest integer sum: 2^24 less 131,072', {
    type: 'Q6_K',
    columns: 256,
    hex: `${'00'.repeat(192)}${'80'.repeat(16)}003c`,
    x: hex32(new Float32Array(256).fill(127)),
  }),
  'matmul-f32-ragged': make('matmul', '45 columns: the last block is short', {
    type: 'F32',
    columns: 45,
    hex: toHex(randomWeights(random, 'F32', 90)),
    x: hex32(random.floats(45)),
  }),
  'matmul-subnormal': make('matmul', 'products and scales below the smallest normal number', {
    type: 'Q8_0',
    columns: 64,
    hex: `0100${'7f'.repeat(32)}0100${'01'.repeat(32)}`,
    x: hex32([...random.floats(32, 1e-35), ...random.floats(32, 1e-37)]),
  }),
  'matmul-infinite': make('matmul', 'an infinite activation makes each output NaN', {
    type: 'Q8_0',
    columns: 32,
    hex: toHex(randomWeights(random, 'Q8_0', 64)),
    x: hex32([Infinity, ...random.floats(31)]),
  }),
};

const quantising: Cases = {
  quantise: make('quantise', 'two blocks', { x: hex32(random.floats(64, 5)) }),
  'quantise-ties': make('quantise', 'halves go to the even integer', {
    x: hex32([127, ...ramp(31, -15.5, 14.5)]),
  }),
  'quantise-zero': make('quantise', 'a block of zeros', { x: hex32(new Float32Array(32)) }),
  'quantise-tiny': make('quantise', 'a scale below the smallest normal number is zero', {
    x: hex32(random.floats(32, 1e-36)),
  }),
  'quantise-small': make('quantise', 'a scale just above it', { x: hex32(random.floats(32, 2e-36)) }),
  'quantise-nan': make('quantise', 'one NaN', { x: hex32([Number.NaN, ...random.floats(31)]) }),
  half: make('half', 'ties, subnormals, overflow', {
    x: hex32([
      ...edges,
      65519.99,
      65520,
      2 ** -25,
      2 ** -25 * 1.0001,
      6.1e-5,
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
    ]),
  }),
};

export const weights: Cases = { ...each, ...integerEdges, ...quantising };
