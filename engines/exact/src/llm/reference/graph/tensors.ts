import { exactError } from '../../../errors.ts';
import type { ModelFile, ModelTensor } from '../../model-file.ts';
import { add } from '../math/f32.ts';
import { matmul } from '../matmul.ts';
import { createMatrix, type Matrix } from '../weights/matrix.ts';
import { isFloatType } from '../weights/weight-type.ts';

/** A matrix and what is added to its product. */
export interface Linear {
  readonly matrix: Matrix;
  readonly bias?: Float32Array;
}

/** The product of one vector of activations, and the bias where there is one. */
export function apply({ matrix, bias }: Linear, values: Float32Array): Float32Array {
  const product = matmul(matrix, values);
  return bias ? product.map((value, i) => add(value, bias[i] as number)) : product;
}

/** Takes a graph's tensors from a file by name, each checked; remembers which were taken. */
export interface Tensors {
  /** `name` with its size stated; absent tensors are refused. */
  matrix(name: string, columns: number, rows: number): Matrix;
  /** Floats; undefined where the tensor is absent. */
  optionalVector(name: string, length: number): Float32Array | undefined;
  vector(name: string, length: number): Float32Array;
  /** `name.weight`, and `name.bias` where the file has it. */
  linear(name: string, columns: number, rows: number, bias?: 'optional' | 'required'): Linear;
  has(name: string): boolean;
  /** Rows of a matrix that is there. */
  rows(name: string): number;
  /** @throws CodedError `MODEL_ARCHITECTURE` the file has a tensor that was not taken */
  end(): void;
}

const refused = (name: string, what: string) =>
  exactError('MODEL_TENSOR', `tensor ${JSON.stringify(name)} ${what}; convert the model again`, {
    tensor: name,
  });

/** @throws CodedError `MODEL_TENSOR`, `MODEL_WEIGHTS` for each absent or unsuitable tensor, when it is taken */
export function createTensors(model: ModelFile): Tensors {
  const taken = new Set<string>();

  function take(name: string, sizes: readonly number[]): ModelTensor {
    taken.add(name);
    const tensor = model.tensors.get(name);
    if (!tensor) throw refused(name, 'is absent');
    const stated = [...tensor.sizes];
    while (stated.length > sizes.length && stated.at(-1) === 1) stated.pop();
    if (stated.join() === sizes.join()) return tensor;
    throw refused(name, `has the sizes ${tensor.sizes.join(' x ')} instead of ${sizes.join(' x ')}`);
  }

  function matrix(name: string, columns: number, rows: number): Matrix {
    const tensor = take(name, [columns, rows]);
    return createMatrix({ name, type: tensor.type, columns, bytes: model.bytes(name) });
  }

  function vector(name: string, length: number): Float32Array {
    const tensor = take(name, [length]);
    if (!isFloatType(tensor.type)) throw refused(name, `is of type ${tensor.type} instead of floats`);
    const { rows } = createMatrix({ name, type: tensor.type, columns: length, bytes: model.bytes(name) });
    return rows[0] as Float32Array;
  }

  const has = (name: string): boolean => model.tensors.has(name);

  return {
    matrix,
    vector,
    has,
    optionalVector: (name, length) => (has(name) ? vector(name, length) : undefined),
    linear(name, columns, rows, bias = 'optional') {
      const weights = matrix(`${name}.weight`, columns, rows);
      if (bias === 'optional' && !has(`${name}.bias`)) return { matrix: weights };
      return { matrix: weights, bias: vector(`${name}.bias`, rows) };
    },
    rows: (name) => model.tensors.get(name)?.sizes[1] ?? 1,
    end() {
      for (const name of model.tensors.keys()) {
        if (taken.has(name)) continue;
        throw exactError(
          'MODEL_ARCHITECTURE',
          `the model has a tensor ${JSON.stringify(name)}, which this profile does not describe: use profile fast`,
          { tensor: name },
        );
      }
    },
  };
}
