import { datatypeSizes, type TensorSignature } from '@isobit/model';
import { receiptError } from '../errors.ts';
import { canonicalNaN, checkTensor, type Tensor } from '../tensor.ts';
import { readElements } from './element-reader.ts';
import type { InferInput } from './infer-input.ts';
import { rowsOf } from './rows.ts';

/**
 * An input as the tensor that the model's signature asks for, NaN canonical.
 *
 * @throws CodedError `INFER_DATATYPE`, `INFER_SHAPE`, `INFER_VALUE`, `INFER_BINARY`
 */
export function tensorOf(input: InferInput, signature: TensorSignature): Tensor {
  const { name, datatype, shape, count, elements } = input;
  const refuse = (
    code: 'INFER_DATATYPE' | 'INFER_SHAPE' | 'INFER_VALUE' | 'INFER_BINARY',
    why: string,
  ): never => {
    throw receiptError(code, `input "${name}" ${datatype}[${shape}]: ${why}`, { tensor: name });
  };
  if (datatype !== signature.datatype) refuse('INFER_DATATYPE', `the model takes ${signature.datatype}`);
  const fits =
    shape.length === signature.shape.length &&
    signature.shape.every((size, i) => size < 0 || size === shape[i]);
  if (!fits) refuse('INFER_SHAPE', `the model takes [${signature.shape}], where -1 is any size`);
  if ('data' in elements) {
    const rows = rowsOf(elements.data, shape, count, (why) => refuse('INFER_SHAPE', why));
    const data = readElements(datatype, rows, count, (index, expects) =>
      refuse('INFER_VALUE', `element ${index} is not ${expects}`),
    );
    return { name, datatype, shape, data };
  }
  const expected = count * datatypeSizes[datatype];
  if (datatype !== 'BYTES' && elements.bytes.length !== expected) {
    refuse('INFER_BINARY', `${expected} bytes expected, "binary_data_size" is ${elements.bytes.length}`);
  }
  const tensor = canonicalNaN({ name, datatype, shape, data: elements.bytes });
  try {
    return checkTensor(tensor);
  } catch (error) {
    return refuse('INFER_VALUE', (error as Error).message.replace(/^.*\]: /, ''));
  }
}
