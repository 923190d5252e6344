import { concatBytes, u64, utf8 } from '@isobit/core';
import { type Datatype, datatypes, modelId } from '@isobit/model';
import {
  createResponse,
  decodeInfer,
  inferFromResponse,
  requestFromInfer,
  requestTensors,
  responseKind,
} from '@isobit/receipt';
import { smallManifest } from './vectors/model.ts';

const manifest = {
  ...smallManifest,
  inputs: datatypes.map((datatype: Datatype) => ({ name: datatype, datatype, shape: [-1] })),
};
const model = modelId(manifest);
const salt = new Uint8Array(32);

const ask = (bytes: Uint8Array, jsonLength?: number) => {
  const request = requestFromInfer({
    body: decodeInfer(bytes, jsonLength),
    manifest,
    model,
    profile: 'fast',
    salt,
  });
  const tensors = requestTensors(request);
  // What was read must print, strings included: JSON held them.
  return jsonLength === undefined ? inferFromResponse(createResponse(tensors), { modelName: 'm' }) : tensors;
};

const inputs = (data: (datatype: Datatype) => object) =>
  datatypes.map((name) => ({ name, shape: [0], datatype: name, ...data(name) }));

/** The decoders of inference bodies: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  'infer-json': {
    run: (bytes) => ask(bytes),
    seeds: () => [
      utf8(JSON.stringify({ inputs: inputs(() => ({ data: [] })) })),
      utf8(
        JSON.stringify({
          id: 'a',
          outputs: [{ name: 'y', parameters: { binary_data: true } }],
          inputs: inputs((d) => ({ shape: [1], data: [d === 'BOOL' ? true : d === 'BYTES' ? 'é' : 1] })),
        }),
      ),
    ],
  },
  'infer-binary': {
    /** The first 8 bytes are the header's length. */
    run: (bytes) =>
      ask(
        bytes.subarray(8),
        bytes.length < 8 ? 0 : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)),
      ),
    seeds: () =>
      [0, 8].map((size) => {
        const json = utf8(
          JSON.stringify({ inputs: inputs(() => ({ parameters: { binary_data_size: size } })) }),
        );
        return concatBytes(u64(json.length), json, new Uint8Array(size * datatypes.length));
      }),
  },
  'infer-response': {
    run: (bytes) => inferFromResponse(responseKind.decode(bytes), { modelName: 'm' }),
    seeds: () => [
      responseKind.encode(
        createResponse([{ name: 'y', datatype: 'BYTES', shape: [1], data: Uint8Array.of(1, 0, 0, 0, 0xff) }]),
      ),
      responseKind.encode(
        createResponse([{ name: 'y', datatype: 'FP16', shape: [2], data: Uint8Array.of(0, 0x80, 1, 0) }]),
      ),
    ],
  },
};
