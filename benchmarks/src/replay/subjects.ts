import { existsSync, readFileSync } from 'node:fs';
import { inspectOnnx, type ModelSource } from '@isobit/exact';
import { models, sourceOf } from '@isobit/exact/testing';
import type { TensorSignature } from '@isobit/model';
import { createRequest, type Request, type Tensor } from '@isobit/receipt';
import { repositoryPath, sharedPath } from '@isobit/testing';
import { buildTransformer } from './transformer.ts';

/** A model with a request for it. */
export interface Subject {
  readonly name: string;
  readonly source: ModelSource;
  readonly inputs: readonly Tensor[];
  readonly request: Request;
}

/** Size taken for dimensions that may be any. */
const ANY = 16;
const SIZES: Partial<Record<TensorSignature['datatype'], number>> = {
  FP32: 4,
  FP64: 8,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  UINT8: 1,
};

/** The model that replays are measured on: magika where the shared data lies, else one made here. */
export function replaySubject(): Subject {
  const magika = sharedPath('models/magika/model.onnx');
  if (existsSync(magika)) return subject('magika', readFileSync(magika), 1);
  return subject('a convolution over 512 images', models.network(), 512);
}

/** Models that exact and native engines are compared on. */
export function comparedSubjects(): Subject[] {
  const files: [string, string][] = [
    ['digits', repositoryPath('models/digits/model.onnx')],
    ['volatility', repositoryPath('models/volatility/model.onnx')],
    ['mnist', sharedPath('models/mnist/mnist-8.onnx')],
    ['magika', sharedPath('models/magika/model.onnx')],
    ['stories260K', sharedPath('models/stories260k/stories260K.onnx')],
  ];
  const present = files.filter(([, path]) => existsSync(path));
  return [
    ...present.map(([name, path]) => subject(name, readFileSync(path), name.startsWith('stories') ? ANY : 1)),
    subject('a transformer of 60 MB', buildTransformer(), ANY),
  ];
}

function subject(name: string, bytes: Uint8Array, any: number): Subject {
  const inputs = inspectOnnx(bytes).inputs.map((signature) => fill(signature, any));
  const request = createRequest({
    model: 'bagaaierasords4njcts6vs7qvdjfcvgnume4hqohf65zsfguprqphs3icwea',
    profile: 'onnx-exact-1',
    salt: new Uint8Array(32),
    inputs,
  });
  return { name, source: sourceOf(bytes), inputs, request };
}

/** Small positive numbers: they are class indices, token ids and pixels alike. */
function fill({ name, datatype, shape: stated }: TensorSignature, any: number): Tensor {
  const shape = stated.map((size) => (size < 0 ? any : size));
  const count = shape.reduce((product, size) => product * size, 1);
  const size = SIZES[datatype];
  if (!size) throw new Error(`no numbers for an input of ${datatype}: add its size`);
  const data = new Uint8Array(count * size);
  const view = new DataView(data.buffer);
  for (let i = 0; i < count; i++) {
    const number = (i * 37) % 101;
    if (datatype === 'FP32') view.setFloat32(i * 4, 1 + number / 101, true);
    else if (datatype === 'FP64') view.setFloat64(i * 8, 1 + number / 101, true);
    else view.setUint8(i * size, number);
  }
  return { name, datatype, shape, data };
}
