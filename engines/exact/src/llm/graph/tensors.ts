import { exactError } from '../../errors.ts';
import type { ModelFile, ModelTensor } from '../model-file.ts';
import { isFloatType } from '../reference/weights/weight-type.ts';

/** A matrix and what is added to its product. */
export interface Linear<Matrix, Vector> {
  readonly matrix: Matrix;
  readonly bias?: Vector;
}

/** What an engine makes of a tensor when a graph takes it. */
export interface TensorMaker<Matrix, Vector> {
  matrix(tensor: ModelTensor, columns: number, rows: number): Matrix;
  /** Of a tensor of floats. */
  vector(tensor: ModelTensor, length: number): Vector;
}

/** Takes a graph's tensors from a model by name, each checked; remembers which were taken. */
export interface Tensors<Matrix, Vector> {
  /** `name` with its size stated; absent tensors are refused. */
  matrix(name: string, columns: number, rows: number): Matrix;
  /** Floats; undefined where the tensor is absent. */
  optionalVector(name: string, length: number): Vector | undefined;
  vector(name: string, length: number): Vector;
  /** `name.weight`, and `name.bias` where the file has it. */
  linear(name: string, columns: number, rows: number, bias?: 'optional' | 'required'): Linear<Matrix, Vector>;
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

/** @throws CodedError `MODEL_TENSOR` for each absent or unsuitable tensor, when it is taken; or as the maker */
export function createTensors<Matrix, Vector>(
  model: Pick<ModelFile, 'tensors'>,
  make: TensorMaker<Matrix, Vector>,
): Tensors<Matrix, Vector> {
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

  const matrix = (name: string, columns: number, rows: number): Matrix =>
    make.matrix(take(name, [columns, rows]), columns, rows);

  function vector(name: string, length: number): Vector {
    const tensor = take(name, [length]);
    if (!isFloatType(tensor.type)) throw refused(name, `is of type ${tensor.type} instead of floats`);
    return make.vector(tensor, length);
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
          `the model has a tensor ${JSON.stringify(name)}, which this profile does not describe: use profile llama-wasm-1 or fast`,
          { tensor: name },
        );
      }
    },
  };
}
