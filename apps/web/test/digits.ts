import { readFile } from 'node:fs/promises';
import { createOnnxExact, exactEngine, inspectOnnx, type TensorRuntime } from '@isobit/exact';
import { blockRoot, manifestKind, modelId, type SignedManifest, signManifest } from '@isobit/model';
import {
  createRequest,
  createResponse,
  type Evidence,
  type OperatorTrace,
  onnxExact,
  type Tensor,
  valueDigest,
} from '@isobit/receipt';
import { repositoryPath } from '@isobit/testing';
import { leavesOf, publisher, salt, signedEvidence } from './signed.ts';

export { keyOf, witness, witnessVkey } from './log-of.ts';
export { leavesOf, worker } from './signed.ts';

export const wasm = await readFile(
  repositoryPath('node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm'),
);
export const model = new Uint8Array(await readFile(repositoryPath('models/digits/model.onnx')));

export const modelRoot = blockRoot(leavesOf(model));

export interface SceneOptions {
  readonly title?: string;
  /** What the worker makes of the true scores before it signs. */
  readonly lie?: (scores: Float32Array) => void;
  readonly traced?: boolean;
  readonly cosigned?: boolean;
  readonly disclosed?: boolean;
  readonly card?: boolean;
}

async function signedDigits({
  title = 'Handwritten digits',
  card = true,
}: SceneOptions): Promise<SignedManifest> {
  const { inputs, outputs } = inspectOnnx(model);
  const manifest = manifestKind.parse({
    isobit: 'manifest/1',
    title,
    format: 'onnx',
    task: 'image-classification',
    files: [{ path: 'model.onnx', size: model.length, root: modelRoot }],
    entry: 'model.onnx',
    inputs,
    outputs,
    licence: 'Apache-2.0',
    publisher: publisher.address,
    ...(card ? { card: JSON.parse(await readFile(repositoryPath('models/digits/card.json'), 'utf8')) } : {}),
  });
  return signManifest(manifest, publisher);
}

async function threeTensor(): Promise<Tensor> {
  const { inputs } = JSON.parse(await readFile(repositoryPath('models/digits/examples/three.json'), 'utf8'));
  const [{ name, shape, data }] = inputs;
  return {
    name,
    datatype: 'FP32',
    shape,
    data: new Uint8Array(Float32Array.from(data.flat(Infinity)).buffer),
  };
}

/** The lie of these tests: two scores change places, and a three is called an eight. */
export const swapThreeAndEight = (scores: Float32Array): void => {
  const three = scores[3] as number;
  scores[3] = scores[8] as number;
  scores[8] = three;
};

let runtime: TensorRuntime | undefined;

/** Evidence of a worker that read the digit in models/digits/examples/three.json, or did what the options say. */
export async function digits(options: SceneOptions = {}): Promise<Evidence> {
  const { lie, traced = false, cosigned = false, disclosed = true } = options;
  const signed = await signedDigits(options);
  const id = modelId(signed.manifest);
  const input = await threeTensor();
  runtime ??= createOnnxExact({ wasm });
  await using loaded = await runtime.load({ manifest: signed.manifest, read: async () => model });
  const run = await loaded.run([input], { trace: { salt } });
  const outputs = lie ? run.outputs.map((tensor) => tampered(tensor, lie)) : run.outputs;
  const trace = traced ? retraced(run.trace as OperatorTrace, outputs) : undefined;
  const request = createRequest({ model: id, profile: onnxExact.name, salt, inputs: [input] });
  const response = createResponse(outputs);
  return signedEvidence({
    manifest: signed,
    request,
    response,
    ...(trace ? { trace } : {}),
    profile: onnxExact,
    engine: exactEngine,
    cosigned,
    disclosed,
  });
}

function tampered(tensor: Tensor, lie: (scores: Float32Array) => void): Tensor {
  const scores = new Float32Array(tensor.data.slice().buffer);
  lie(scores);
  return { ...tensor, data: new Uint8Array(scores.buffer) };
}

/** A liar's trace ends in its lie, or integrity would be refuted already. */
const retraced = (trace: OperatorTrace, outputs: readonly Tensor[]): OperatorTrace => ({
  ...trace,
  steps: trace.steps.map((step) => ({
    ...step,
    outputs: step.outputs.map((output) => {
      const tensor = outputs.find(({ name }) => name === output.name);
      return tensor ? { ...output, digest: valueDigest(tensor, salt) } : output;
    }),
  })),
});
