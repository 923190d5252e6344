import { fromUtf8, limits } from '@isobit/core';
import { exactError } from '../errors.ts';
import { elementType } from './element-type.ts';
import type { OnnxModel, OnnxTensor } from './file/model.ts';
import { walkModel } from './walk.ts';

/**
 * Every stored tensor lies in this file, has a sane size and exactly the bytes that its shape needs.
 *
 * @throws CodedError `MODEL_EXTERNAL_DATA`, `MODEL_TENSOR`, `MODEL_VALUE_TYPE`
 */
export function checkTensors(model: OnnxModel): void {
  walkModel(model, {
    tensor: checkTensor,
    graph(graph) {
      if (graph.sparse) throw sparse();
    },
    attribute(attribute) {
      if (attribute.sparse) throw sparse();
      for (const text of attribute.strings) checkString(text, attribute.name);
    },
  });
}

const sparse = () =>
  exactError('MODEL_VALUE_TYPE', 'the model stores a sparse tensor: export it with dense ones');

function checkTensor(tensor: OnnxTensor): void {
  const called = `tensor "${tensor.name.slice(0, 80)}"`;
  if (tensor.external) {
    throw exactError('MODEL_EXTERNAL_DATA', `${called} lies in another file: save the model as one file`, {
      tensor: tensor.name,
    });
  }
  const type = elementType(tensor.elementType);
  if (!type)
    throw exactError(
      'MODEL_VALUE_TYPE',
      `${called} has element type ${tensor.elementType}, which the engine does not have`,
    );
  if (tensor.dims.some((size) => size < 0n))
    throw exactError('MODEL_TENSOR', `${called} has a negative dimension`);
  const count = elements(tensor.dims, called);
  const fail = (why: string) =>
    exactError('MODEL_TENSOR', `${called} is ${type.name}[${tensor.dims}]: ${why}; the file is damaged`, {
      tensor: tensor.name,
    });
  const fields = [
    ...tensor.typed.keys(),
    ...(tensor.strings.length > 0 ? ['string_data'] : []),
    ...(tensor.raw ? ['raw_data'] : []),
  ];
  if (fields.length > 1) throw fail(`it keeps its values in ${fields.join(' and ')}`);
  const [field] = fields;
  if (field === undefined) {
    if (count > 0) throw fail('it holds no values');
  } else if (field === 'raw_data') {
    const needed = Math.ceil((count * type.bits) / 8);
    if (type.bits === 0 || tensor.raw?.length !== needed)
      throw fail(`${needed} bytes are needed, ${tensor.raw?.length} given`);
  } else {
    const given = tensor.typed.get(field) ?? tensor.strings.length;
    const needed = Math.ceil(count / type.perNumber);
    if (field !== type.field || given !== needed)
      throw fail(`${needed} values in ${type.field} are needed, ${given} in ${field} given`);
  }
  for (const text of tensor.strings) checkString(text, called);
}

/** The engine hands strings over as NUL-terminated UTF-8, so others would not come back as they were. */
function checkString(text: Uint8Array, owner: string): void {
  try {
    if (!fromUtf8(text).includes('\0')) return;
  } catch {
    // falls through to the one error
  }
  throw exactError('MODEL_VALUE_TYPE', `${owner} holds a string that is not UTF-8 or has a NUL`);
}

/**
 * Elements of a declared shape, at the least: dimensions of any size (-1) count as one.
 *
 * @throws CodedError `MODEL_TENSOR`
 */
export function elements(dims: readonly bigint[], called: string): number {
  let count = 1n;
  for (const size of dims) {
    if (size < -1n) throw exactError('MODEL_TENSOR', `${called} has a dimension of ${size}`);
    count *= size < 0n ? 1n : size;
    if (count > BigInt(limits.tensorElements)) {
      throw exactError('MODEL_TENSOR', `${called} declares more than ${limits.tensorElements} elements`);
    }
  }
  return Number(count);
}
