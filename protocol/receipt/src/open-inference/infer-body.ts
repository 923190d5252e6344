import { CodedError, decodeForeignJson, isHex32, limits } from '@isobit/core';
import { receiptError } from '../errors.ts';
import { type InferInput, readInputs } from './infer-input.ts';
import { flag, listOf, membersOf, type ParameterRule, parametersOf, textOf } from './members.ts';

/** An inference request as it travels: the parsed JSON, and the bytes after it where there are any. */
export interface InferBody {
  readonly json: unknown;
  readonly binary?: Uint8Array;
}

/** What an inference body says, its form checked; whether it fits a model is not. */
export interface Infer {
  readonly id?: string;
  readonly profile?: string;
  /** 64 hex characters. */
  readonly salt?: string;
  /** 64 hex characters, for the job: no part of the canonical request. */
  readonly nonce?: string;
  readonly inputs: readonly InferInput[];
  /** Names of the outputs asked for; all of them when absent. */
  readonly outputs?: readonly string[];
  /** Whether the answer should carry this output in binary. */
  binaryOutput(name: string): boolean;
}

const hex32: ParameterRule = { expects: '64 lowercase hex characters', fits: isHex32 };

const PARAMETERS: Readonly<Record<string, ParameterRule>> = {
  isobit_profile: {
    expects: 'the name of a profile',
    fits: (value) => typeof value === 'string' && value.length > 0 && value.length <= 80,
  },
  isobit_salt: hex32,
  isobit_nonce: hex32,
  binary_data_output: flag,
};

/**
 * Splits and parses the bytes of an inference body (specs/open-inference.md section 4).
 *
 * @param headerLength bytes of the JSON, from `Inference-Header-Content-Length`; all of them when absent
 * @throws CodedError `INFER_BINARY` when there are fewer, `INFER_MALFORMED` when they are no JSON within the limits
 */
export function decodeInfer(bytes: Uint8Array, headerLength?: number): InferBody {
  if (
    headerLength !== undefined &&
    (!Number.isSafeInteger(headerLength) || headerLength < 0 || headerLength > bytes.length)
  ) {
    throw receiptError(
      'INFER_BINARY',
      `the JSON is said to be ${headerLength} of the body's ${bytes.length} bytes`,
    );
  }
  const end = headerLength ?? bytes.length;
  try {
    const json = decodeForeignJson(bytes.subarray(0, end), limits.inferJsonBytes, limits.inferValues);
    return headerLength === undefined ? { json } : { json, binary: bytes.subarray(end) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const why = error.message.replace('not a canonical document: ', '');
    throw receiptError('INFER_MALFORMED', `the body's JSON is refused: ${why} (large tensors go in binary)`);
  }
}

/** Checks the form of an inference body. @throws CodedError of the `INFER_` codes, naming the tensor */
export function parseInfer({ json, binary }: InferBody): Infer {
  const body = 'the request';
  const members = membersOf(json, body, [
    'id',
    'model_name',
    'model_version',
    'parameters',
    'inputs',
    'outputs',
  ]);
  const parameters = parametersOf(members, body, PARAMETERS) as {
    isobit_profile?: string;
    isobit_salt?: string;
    isobit_nonce?: string;
    binary_data_output?: boolean;
  };
  const inputs = listOf(members, 'inputs', body);
  if (!inputs) throw receiptError('INFER_MALFORMED', `${body} has no "inputs"`);
  const outputs = readOutputs(listOf(members, 'outputs', body) ?? []);
  const id = members['id'] === '' ? undefined : textOf(members, 'id', body);
  return {
    ...(id === undefined ? {} : { id }),
    ...(parameters.isobit_profile ? { profile: parameters.isobit_profile } : {}),
    ...(parameters.isobit_salt ? { salt: parameters.isobit_salt } : {}),
    ...(parameters.isobit_nonce ? { nonce: parameters.isobit_nonce } : {}),
    inputs: readInputs(inputs, binary),
    ...(outputs.size > 0 ? { outputs: [...outputs.keys()] } : {}),
    binaryOutput: (name) => outputs.get(name) ?? parameters.binary_data_output ?? false,
  };
}

/** Names asked for, in order, each with its own wish for binary data where it states one. */
function readOutputs(items: readonly unknown[]): Map<string, boolean | undefined> {
  if (items.length > limits.tensors) {
    throw receiptError('INFER_OUTPUT', `${items.length} outputs are asked for, at most ${limits.tensors}`);
  }
  const outputs = new Map<string, boolean | undefined>();
  for (const [index, item] of items.entries()) {
    const members = membersOf(item, `output ${index}`, ['name', 'parameters']);
    const name = textOf(members, 'name', `output ${index}`);
    if (name === undefined) throw receiptError('INFER_MALFORMED', `output ${index} has no "name"`);
    if (outputs.has(name)) {
      throw receiptError('INFER_OUTPUT', `output "${name}" is asked for twice`, { tensor: name });
    }
    const parameters = parametersOf(members, `output "${name}"`, { binary_data: flag });
    outputs.set(name, parameters['binary_data'] as boolean | undefined);
  }
  return outputs;
}
