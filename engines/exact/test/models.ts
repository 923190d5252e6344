import type { Datatype } from '@isobit/model';
import type { Tensor } from '@isobit/receipt';
import { ELEMENT, floats, longs, model, node, value } from './build-model.ts';

/** The models that the suite of the port runs on. */
export const models = {
  /** y = x, of any datatype and shape [n, 2]. */
  identity: (datatype: Datatype): Uint8Array =>
    model({
      node: [node('Identity', ['x'], ['y'])],
      input: [value('x', ELEMENT[NAMES[datatype]], ['n', 2])],
      output: [value('y', ELEMENT[NAMES[datatype]], ['n', 2])],
    }),

  /** sum = a + b, product = a * b, over FP32 of shape [n, 3]. */
  twoAndTwo: (): Uint8Array =>
    model({
      node: [node('Add', ['a', 'b'], ['sum']), node('Mul', ['a', 'b'], ['product'])],
      input: [value('a', ELEMENT.FLOAT, ['n', 3]), value('b', ELEMENT.FLOAT, ['n', 3])],
      output: [value('sum', ELEMENT.FLOAT, ['n', 3]), value('product', ELEMENT.FLOAT, ['n', 3])],
    }),

  /** y = -x over FP32 scalars. */
  scalar: (): Uint8Array =>
    model({
      node: [node('Neg', ['x'], ['y'])],
      input: [value('x', ELEMENT.FLOAT, [])],
      output: [value('y', ELEMENT.FLOAT, [])],
    }),

  /** A Conv, Relu, Gemm and Softmax over FP32 [n, 1, 8, 8], with one unnamed and one named node. */
  network: (): Uint8Array =>
    model({
      node: [
        node('Conv', ['image', 'kernel'], ['conv'], { pads: [1, 1, 1, 1] }, { name: 'first' }),
        node('Relu', ['conv'], ['relu']),
        node('Reshape', ['relu', 'flat'], ['row'], {}, { name: 'flatten' }),
        node('MatMul', ['row', 'weights'], ['scores']),
        node('Softmax', ['scores'], ['classes'], { axis: 1 }),
      ],
      initializer: [
        floats('kernel', [2, 1, 3, 3], ramp(18)),
        longs('flat', [2], [-1, 128]),
        floats('weights', [128, 4], ramp(512)),
      ],
      input: [value('image', ELEMENT.FLOAT, ['n', 1, 8, 8])],
      output: [value('classes', ELEMENT.FLOAT, ['n', 4])],
    }),

  /** Half-width floats through operators without a kernel of that width. */
  half: (): Uint8Array =>
    model({
      node: [
        node('Cast', ['x'], ['h'], { to: ELEMENT.FLOAT16 }),
        node('Sin', ['h'], ['s']),
        node('Cos', ['s'], ['c']),
        node('Cast', ['c'], ['y'], { to: ELEMENT.FLOAT }),
      ],
      input: [value('x', ELEMENT.FLOAT, ['n'])],
      output: [value('y', ELEMENT.FLOAT, ['n'])],
    }),

  /** An If whose branches read a value of the outer graph. */
  branching: (): Uint8Array =>
    model({
      node: [
        node('Add', ['x', 'x'], ['twice']),
        node('If', ['flag'], ['y'], {
          then_branch: {
            name: 'then',
            node: [node('Neg', ['twice'], ['t'])],
            output: [value('t', ELEMENT.FLOAT, ['n'])],
          },
          else_branch: {
            name: 'else',
            node: [node('Identity', ['x'], ['e'])],
            output: [value('e', ELEMENT.FLOAT, ['n'])],
          },
        }),
      ],
      input: [value('x', ELEMENT.FLOAT, ['n']), value('flag', ELEMENT.BOOL, [])],
      output: [value('y', ELEMENT.FLOAT, ['n'])],
    }),

  /** A sequence between two nodes, and an optional output that is not named. */
  sequence: (): Uint8Array =>
    model({
      node: [
        node('SequenceConstruct', ['x', 'x'], ['list']),
        node('ConcatFromSequence', ['list'], ['joined'], { axis: 0 }),
        node('Dropout', ['joined'], ['y', '']),
      ],
      input: [value('x', ELEMENT.FLOAT, ['n'])],
      output: [value('y', ELEMENT.FLOAT, ['m'])],
    }),

  /** y = x + 1, as often as the input says: an endless loop where that is 2^62. */
  loop: (): Uint8Array =>
    model({
      node: [
        node('Loop', ['trips', 'go', 'x'], ['y'], {
          body: {
            name: 'body',
            node: [node('Identity', ['c'], ['cc']), node('Add', ['v', 'one'], ['w'])],
            initializer: [floats('one', [1], [1])],
            input: [
              value('i', ELEMENT.INT64, []),
              value('c', ELEMENT.BOOL, []),
              value('v', ELEMENT.FLOAT, [1]),
            ],
            output: [value('cc', ELEMENT.BOOL, []), value('w', ELEMENT.FLOAT, [1])],
          },
        }),
      ],
      input: [
        value('trips', ELEMENT.INT64, []),
        value('go', ELEMENT.BOOL, []),
        value('x', ELEMENT.FLOAT, [1]),
      ],
      output: [value('y', ELEMENT.FLOAT, [1])],
    }),

  /** A tensor of as many zeros as the input says. */
  zeros: (): Uint8Array =>
    model({
      node: [node('ConstantOfShape', ['shape'], ['y'])],
      input: [value('shape', ELEMENT.INT64, [1])],
      output: [value('y', ELEMENT.FLOAT, ['n'])],
    }),
};

const NAMES = {
  BOOL: 'BOOL',
  UINT8: 'UINT8',
  UINT16: 'UINT16',
  UINT32: 'UINT32',
  UINT64: 'UINT64',
  INT8: 'INT8',
  INT16: 'INT16',
  INT32: 'INT32',
  INT64: 'INT64',
  FP16: 'FLOAT16',
  FP32: 'FLOAT',
  FP64: 'DOUBLE',
  BYTES: 'STRING',
} as const satisfies Record<Datatype, keyof typeof ELEMENT>;

/** Numbers between -0.5 and 0.5 without a pattern that operators could profit from. */
export const ramp = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => ((i * 37) % 101) / 101 - 0.5);

export const fp32 = (name: string, shape: readonly number[], values: readonly number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape,
  data: new Uint8Array(Float32Array.from(values).buffer),
});

export const int64 = (
  name: string,
  shape: readonly number[],
  values: readonly (number | bigint)[],
): Tensor => ({
  name,
  datatype: 'INT64',
  shape,
  data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

export const bool = (name: string, value: boolean): Tensor => ({
  name,
  datatype: 'BOOL',
  shape: [],
  data: Uint8Array.of(value ? 1 : 0),
});

/** Values of an FP32 tensor. */
export const numbers = (tensor: Tensor | undefined): number[] => [
  ...new Float32Array((tensor as Tensor).data.slice().buffer),
];
