import type { TensorSignature } from '@isobit/model';
import { checkTensor, type Tensor } from '@isobit/receipt';
import { exactError } from './errors.ts';

/**
 * Checks a request's tensors against what a model takes and puts them into the model's order.
 *
 * @throws CodedError `INPUT_UNKNOWN`, `INPUT_MISSING`, `INPUT_DATATYPE`, `INPUT_RANK`, `INPUT_SIZE`; `TENSOR_INVALID`
 */
export function matchInputs(signatures: readonly TensorSignature[], inputs: readonly Tensor[]): Tensor[] {
  const given = new Map<string, Tensor>();
  for (const tensor of inputs) {
    if (given.has(tensor.name))
      throw exactError('INPUT_MISSING', `input "${tensor.name}" is given twice`, { input: tensor.name });
    given.set(tensor.name, tensor);
  }
  const known = new Set(signatures.map(({ name }) => name));
  for (const name of given.keys()) {
    if (!known.has(name))
      throw exactError(
        'INPUT_UNKNOWN',
        `the model has no input "${name.slice(0, 80)}"; it takes ${list(signatures)}`,
        { input: name },
      );
  }
  return signatures.map((signature) => {
    const tensor = given.get(signature.name);
    if (!tensor)
      throw exactError(
        'INPUT_MISSING',
        `input "${signature.name}" is missing; the model takes ${list(signatures)}`,
        { input: signature.name },
      );
    return matchInput(signature, checkTensor(tensor));
  });
}

function matchInput(signature: TensorSignature, tensor: Tensor): Tensor {
  const { name, datatype, shape } = signature;
  const expected = `the model takes ${spell(signature)}`;
  const details = { input: name };
  if (tensor.datatype !== datatype)
    throw exactError('INPUT_DATATYPE', `input "${name}" is ${tensor.datatype}; ${expected}`, details);
  if (tensor.shape.length !== shape.length)
    throw exactError(
      'INPUT_RANK',
      `input "${name}" has ${tensor.shape.length} dimensions; ${expected}`,
      details,
    );
  const wrong = shape.findIndex((size, axis) => size !== -1 && size !== tensor.shape[axis]);
  if (wrong >= 0)
    throw exactError(
      'INPUT_SIZE',
      `dimension ${wrong} of input "${name}" is ${tensor.shape[wrong]}; ${expected} (-1 is any size)`,
      details,
    );
  return tensor;
}

/**
 * The outputs wanted: all of the model's, in its order, unless the request names some.
 *
 * @throws CodedError `OUTPUT_UNKNOWN`
 */
export function matchOutputs(
  signatures: readonly TensorSignature[],
  wanted: readonly string[] | undefined,
): string[] {
  const known = signatures.map(({ name }) => name);
  if (!wanted) return known;
  const seen = new Set<string>();
  for (const name of wanted) {
    if (!known.includes(name))
      throw exactError(
        'OUTPUT_UNKNOWN',
        `the model has no output "${name.slice(0, 80)}"; it gives ${list(signatures)}`,
        { output: name },
      );
    if (seen.has(name))
      throw exactError('OUTPUT_UNKNOWN', `output "${name}" is asked for twice`, { output: name });
    seen.add(name);
  }
  return [...wanted];
}

const spell = ({ name, datatype, shape }: TensorSignature): string =>
  `"${name}" ${datatype}[${shape.join(',')}]`;

const list = (signatures: readonly TensorSignature[]): string => {
  const shown = signatures.slice(0, 8).map(spell);
  return (
    `${shown.join(', ')}${signatures.length > shown.length ? ` and ${signatures.length - shown.length} more` : ''}` ||
    'none'
  );
};

/** True when a manifest states exactly what the model file does. */
export const sameSignatures = (a: readonly TensorSignature[], b: readonly TensorSignature[]): boolean =>
  a.length === b.length &&
  a.every((one, i) => {
    const other = b[i];
    return (
      other !== undefined &&
      one.name === other.name &&
      one.datatype === other.datatype &&
      one.shape.length === other.shape.length &&
      one.shape.every((size, axis) => size === other.shape[axis])
    );
  });
