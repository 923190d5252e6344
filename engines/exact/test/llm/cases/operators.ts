import { createRandom } from '../random.ts';
import { hex32, type Vector } from '../vectors.ts';
import { type Cases, halves, make } from './case.ts';

/* Sections 3 and 7 to 9: sums, norms, RoPE, attention. */

const random = createRandom(4);
const x = random.floats(72, 2);
const weight = random.floats(72);
const epsilon = hex32([1e-5]);
const rope = (description: string, members: object): Vector =>
  make('rope', description, {
    order: 'adjacent',
    dimensions: 8,
    base: hex32([10_000]),
    factor: hex32([1]),
    position: 511,
    x: hex32(x.subarray(0, 8)),
    ...members,
  });

const vectorsOf: Cases = {
  sum: make('sum', '100 values', { x: hex32(random.floats(100)) }),
  'sum-short': make('sum', 'five values', { x: hex32(random.floats(5)) }),
  'sum-negative-zero': make('sum', 'negative zeros add up to zero', { x: hex32([-0, -0]) }),
  'rms-norm': make('rms-norm', '72 values', { x: hex32(x), weight: hex32(weight), epsilon }),
  'layer-norm': make('layer-norm', '72 values', {
    x: hex32(x),
    weight: hex32(weight),
    bias: hex32(random.floats(72)),
    epsilon,
  }),
  'unit-length': make('unit-length', '72 values', { x: hex32(x) }),
  'unit-length-zero': make('unit-length', 'zeros stay', { x: hex32([0, 0]) }),
  'rope-adjacent': rope('neighbours turn together', {}),
  'rope-halves': rope('the same places of both halves turn together', { order: 'halves' }),
  'rope-partial': rope('four of eight values turn', { dimensions: 4 }),
  'rope-linear': rope('positions divided by 4', { factor: hex32([4]) }),
  'rope-divisors': rope('frequencies divided by rope_freqs.weight, base 500,000', {
    base: hex32([500_000]),
    divisors: hex32([1, 1.5, 4, 8]),
    position: 8191,
  }),
  'rope-last': rope('the last position of a table', { position: 2 ** 19 - 1 }),
};

const cache = { keys: halves(random.floats(150 * 4, 2)), values: halves(random.floats(150 * 4)) };
const attention = (description: string, members: object): Vector =>
  make('attention', description, { query: hex32(random.floats(4, 3)), ...cache, ...members });

const attentions: Cases = {
  'attention-one': attention('one position', { first: 0, last: 0 }),
  'attention-block': attention('positions of one block', { first: 0, last: 63 }),
  'attention-blocks': attention('positions of three blocks', { first: 0, last: 149 }),
  'attention-window': attention('a window that begins within a block', { first: 70, last: 149 }),
  'attention-cap': attention('scores within 5', { first: 0, last: 99, cap: hex32([5]) }),
};

export const operators: Cases = { ...vectorsOf, ...attentions };
