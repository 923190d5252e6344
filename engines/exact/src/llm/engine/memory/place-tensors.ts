import { type Kernels, weightTypeIds } from '@isobit/kernels';
import type { Linear, TensorMaker } from '../../graph/tensors.ts';
import type { ModelTensor } from '../../model-file.ts';
import type { Layout } from './layout.ts';

/** A packed matrix. */
export interface PlacedMatrix {
  /** As the kernels number types. */
  readonly type: number;
  readonly rows: number;
  readonly columns: number;
  /** Address. */
  readonly at: number;
}

/** Address of a vector of floats. */
export type PlacedVector = number;

export type PlacedLinear = Linear<PlacedMatrix, PlacedVector>;

/** Where one tensor of a file goes. */
export interface Placement extends PlacedMatrix {
  readonly tensor: ModelTensor;
  /** Whether it is wanted as floats, not packed. */
  readonly vector: boolean;
}

/** Gives each tensor that a graph takes its place; nothing is read yet. */
export function placeTensors(
  layout: Layout,
  kernels: Pick<Kernels, 'packedBytes'>,
): TensorMaker<PlacedMatrix, PlacedVector> & { readonly placements: readonly Placement[] } {
  const placements: Placement[] = [];
  return {
    placements,
    matrix(tensor, columns, rows) {
      const type = weightTypeIds[tensor.type];
      const matrix = { type, rows, columns, at: layout.take(kernels.packedBytes(type, rows, columns)) };
      placements.push({ ...matrix, tensor, vector: false });
      return matrix;
    },
    vector(tensor, length) {
      const at = layout.floats(length);
      placements.push({
        type: weightTypeIds[tensor.type],
        rows: 1,
        columns: length,
        at,
        tensor,
        vector: true,
      });
      return at;
    },
  };
}
