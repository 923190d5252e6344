import { limits } from '@isobit/core';
import { type Datatype, datatypes, isDatatype } from '@isobit/model';
import { receiptError } from '../errors.ts';
import { elementCount } from '../tensor.ts';
import { listOf, type Members, membersOf, type ParameterRule, parametersOf, textOf } from './members.ts';

/** One input of an inference body, with its elements as they came. */
export interface InferInput {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Elements of `shape`. */
  readonly count: number;
  readonly elements: { readonly data: readonly unknown[] } | { readonly bytes: Uint8Array };
}

const binarySize: ParameterRule = {
  expects: 'a number of bytes',
  fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

/**
 * Reads the inputs of a body. Binary data follows the JSON in the order of the inputs that announce it, and is used
 * up by them.
 *
 * @throws CodedError `INFER_MALFORMED`, `INFER_PARAMETER`, `INFER_INPUT`, `INFER_DATATYPE`, `INFER_SHAPE`, `INFER_BINARY`
 */
export function readInputs(items: readonly unknown[], binary: Uint8Array | undefined): InferInput[] {
  if (items.length > limits.tensors) {
    throw receiptError('INFER_INPUT', `${items.length} inputs are given, at most ${limits.tensors}`);
  }
  const seen = new Set<string>();
  let used = 0;
  const inputs = items.map((item, index): InferInput => {
    const members = membersOf(item, `input ${index}`, ['name', 'datatype', 'shape', 'parameters', 'data']);
    const name = textOf(members, 'name', `input ${index}`);
    if (name === undefined) throw receiptError('INFER_MALFORMED', `input ${index} has no "name"`);
    if (seen.has(name)) throw receiptError('INFER_INPUT', `input "${name}" comes twice`, { tensor: name });
    seen.add(name);
    const shape = shapeOf(members, name);
    const size = parametersOf(members, `input "${name}"`, { binary_data_size: binarySize })[
      'binary_data_size'
    ];
    const elements =
      size === undefined
        ? { data: dataOf(members, name) }
        : { bytes: bytesOf(members, name, binary, used, size as number) };
    if ('bytes' in elements) used += elements.bytes.length;
    return { name, datatype: datatypeOf(members, name), ...shape, elements };
  });
  const left = (binary?.length ?? 0) - used;
  if (left > 0) {
    throw receiptError(
      'INFER_BINARY',
      `${left} bytes follow the JSON that no input's "binary_data_size" speaks for`,
    );
  }
  return inputs;
}

function datatypeOf(members: Members, name: string): Datatype {
  const datatype = textOf(members, 'datatype', `input "${name}"`);
  if (isDatatype(datatype)) return datatype;
  const what = datatype === undefined ? 'has no "datatype"' : `is of datatype "${datatype.slice(0, 40)}"`;
  throw receiptError('INFER_DATATYPE', `input "${name}" ${what}; known: ${datatypes.join(', ')}`, {
    tensor: name,
  });
}

function shapeOf(members: Members, name: string): { shape: readonly number[]; count: number } {
  const shape = listOf(members, 'shape', `input "${name}"`);
  const refuse = (why: string) => receiptError('INFER_SHAPE', `input "${name}" ${why}`, { tensor: name });
  if (!shape) throw refuse('has no "shape"');
  if (shape.length > limits.tensorRank) {
    throw refuse(`has ${shape.length} dimensions, at most ${limits.tensorRank}`);
  }
  if (!shape.every((size): size is number => Number.isSafeInteger(size) && (size as number) >= 0)) {
    throw refuse('has a "shape" that is not a list of sizes from 0 up');
  }
  try {
    return { shape, count: elementCount(shape) };
  } catch {
    throw refuse(`of shape [${shape}] has more than ${limits.tensorElements} elements`);
  }
}

function dataOf(members: Members, name: string): readonly unknown[] {
  const data = listOf(members, 'data', `input "${name}"`);
  if (data) return data;
  throw receiptError('INFER_MALFORMED', `input "${name}" has neither "data" nor a "binary_data_size"`, {
    tensor: name,
  });
}

function bytesOf(
  members: Members,
  name: string,
  binary: Uint8Array | undefined,
  from: number,
  size: number,
): Uint8Array {
  const refuse = (why: string) => receiptError('INFER_BINARY', `input "${name}" ${why}`, { tensor: name });
  if (members['data'] !== undefined) throw refuse('has both "data" and a "binary_data_size": leave one out');
  if (!binary)
    throw refuse('is announced in binary: say where the JSON ends with Inference-Header-Content-Length');
  if (size > binary.length - from) {
    throw refuse(`is announced with ${size} bytes, ${binary.length - from} are left of the body`);
  }
  return binary.subarray(from, from + size);
}
