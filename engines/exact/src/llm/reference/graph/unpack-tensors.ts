import type { Linear, TensorMaker } from '../../graph/tensors.ts';
import type { ModelFile } from '../../model-file.ts';
import { add } from '../math/f32.ts';
import { matmul } from '../matmul.ts';
import { createMatrix, type Matrix } from '../weights/matrix.ts';

/** A matrix, unpacked, and what is added to its product. */
export type Unpacked = Linear<Matrix, Float32Array>;

/** The product of one vector of activations, and the bias where there is one. */
export function apply({ matrix, bias }: Unpacked, values: Float32Array): Float32Array {
  const product = matmul(matrix, values);
  return bias ? product.map((value, i) => add(value, bias[i] as number)) : product;
}

/** Tensors as the reference holds them; throws `MODEL_WEIGHTS`. */
export const unpackTensors = (model: ModelFile): TensorMaker<Matrix, Float32Array> => ({
  matrix: ({ name, type }, columns) => createMatrix({ name, type, columns, bytes: model.bytes(name) }),
  vector({ name, type }, length) {
    const { rows } = createMatrix({ name, type, columns: length, bytes: model.bytes(name) });
    return rows[0] as Float32Array;
  },
});
