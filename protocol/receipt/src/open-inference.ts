import { fromHex } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import { receiptError } from './errors.ts';
import { printElements } from './open-inference/element-printer.ts';
import { type Infer, type InferBody, parseInfer } from './open-inference/infer-body.ts';
import { tensorOf } from './open-inference/infer-tensor.ts';
import { createRequest, type TensorsRequest } from './request.ts';
import { type Response, responseTensors } from './response.ts';

export { decodeInfer, type Infer, type InferBody, parseInfer } from './open-inference/infer-body.ts';
export type { InferInput } from './open-inference/infer-input.ts';

export interface RequestFromInferOptions {
  /** As it came, or as `parseInfer` read it. */
  readonly body: InferBody | Infer;
  readonly manifest: Manifest;
  /** The manifest's id. */
  readonly model: string;
  /** Name of the profile where the body names none in `isobit_profile`. */
  readonly profile: string;
  /** 32 bytes, used where the body holds no `isobit_salt`. */
  readonly salt: Uint8Array;
}

/**
 * The canonical request that an inference body stands for (specs/open-inference.md section 2): inputs in the
 * manifest's order, elements as bytes, NaN canonical. Pure: a client computes the same from what it sent and the
 * salt that came back.
 *
 * @throws CodedError of the `INFER_` codes, naming the tensor
 */
export function requestFromInfer({
  body,
  manifest,
  model,
  profile,
  salt,
}: RequestFromInferOptions): TensorsRequest {
  const infer = 'inputs' in body ? body : parseInfer(body);
  const given = new Map(infer.inputs.map((input) => [input.name, input]));
  const known = manifest.inputs.map(({ name }) => name);
  const foreign = infer.inputs.find(({ name }) => !known.includes(name));
  if (foreign) throw unknownTensor('INFER_INPUT', 'input', foreign.name, known);
  const inputs = manifest.inputs.map((signature) => {
    const input = given.get(signature.name);
    if (!input) {
      throw receiptError('INFER_INPUT', `input "${signature.name}" of the model is missing`, {
        tensor: signature.name,
      });
    }
    return tensorOf(input, signature);
  });
  const outputs = manifest.outputs.map(({ name }) => name);
  const wrong = infer.outputs?.find((name) => !outputs.includes(name));
  if (wrong !== undefined) throw unknownTensor('INFER_OUTPUT', 'output', wrong, outputs);
  return createRequest({
    model,
    profile: infer.profile ?? profile,
    salt: infer.salt ? fromHex(infer.salt) : salt,
    inputs,
    ...(infer.outputs ? { outputs: infer.outputs } : {}),
  });
}

function unknownTensor(
  code: 'INFER_INPUT' | 'INFER_OUTPUT',
  what: string,
  name: string,
  known: readonly string[],
) {
  const list = known.slice(0, 16).join(', ') + (known.length > 16 ? ', …' : '');
  return receiptError(code, `the model has no ${what} "${name.slice(0, 80)}"; it has ${list || 'none'}`, {
    tensor: name,
  });
}

export interface InferFromResponseOptions {
  /** The model as the URL names it. */
  readonly modelName: string;
  readonly modelVersion?: string;
  /** The request's own `id`. */
  readonly id?: string;
  /** Which outputs go in binary; none when absent. `Infer.binaryOutput` is what the client asked for. */
  binaryOutput?(name: string): boolean;
  /** `parameters` of the answer. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
}

/** An inference answer: the JSON, and the binary outputs behind it where there are any. */
export interface InferAnswer {
  readonly json: string;
  readonly binary?: readonly Uint8Array[];
}

/**
 * The inference answer that a canonical response stands for (specs/open-inference.md section 3). Pure and
 * deterministic down to the text.
 *
 * @throws CodedError `INFER_TEXT` for a BYTES output that JSON cannot hold, `TENSOR_INVALID`
 */
export function inferFromResponse(response: Response, options: InferFromResponseOptions): InferAnswer {
  const { modelName, modelVersion, id, binaryOutput = () => false, parameters } = options;
  const binary: Uint8Array[] = [];
  const outputs = responseTensors(response).map((tensor) => {
    const { name, shape, datatype, data } = tensor;
    if (!binaryOutput(name)) {
      return `${JSON.stringify({ name, shape, datatype }).slice(0, -1)},"data":${printElements(tensor)}}`;
    }
    binary.push(data);
    return JSON.stringify({ name, shape, datatype, parameters: { binary_data_size: data.length } });
  });
  const head = JSON.stringify({ model_name: modelName, model_version: modelVersion, id, parameters });
  const json = `${head.slice(0, -1)},"outputs":[${outputs.join(',')}]}`;
  return binary.length > 0 ? { json, binary } : { json };
}
