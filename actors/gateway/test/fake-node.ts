import { nodeKey, toHex } from '@isobit/core';
import { datatypes, type Manifest, modelId, signManifest } from '@isobit/model';
import {
  createRequest,
  createResponse,
  fast,
  type Job,
  type JobAnswer,
  networkId,
  ofKind,
  onnxExact,
  openGenesis,
  profileByName,
  profileDigest,
  type ReceiptBody,
  requestDigest,
  requestTensors,
  responseDigest,
  saltOf,
  signReceipt,
  type Tensor,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import type { Hono } from 'hono';
import {
  type Catalogue,
  type CatalogueModel,
  createGateway,
  type Dispatcher,
  type DispatchOptions,
  type GatewayOptions,
  modelUnknown,
  nameClash,
} from '../src/index.ts';

export const worker = nodeKey(new Uint8Array(32).fill(7));
export const publisher = nodeKey(new Uint8Array(32).fill(8));
export const network = networkId(openGenesis);

const manifestOf = (title: string, inputs: Manifest['inputs'], outputs = inputs): Manifest => ({
  isobit: 'manifest/1',
  title,
  format: 'onnx',
  task: 'echo',
  files: [{ path: 'model.onnx', size: 1, root: ZERO_HASH }],
  entry: 'model.onnx',
  inputs,
  outputs,
  licence: 'Apache-2.0',
  publisher: publisher.address,
});

function modelOf(manifest: Manifest, name: string, versions: readonly string[]): CatalogueModel {
  const version = versions.at(-1);
  const signed = signManifest(manifest, publisher);
  return { id: modelId(manifest), signed, manifest, name, versions, ...(version ? { version } : {}) };
}

/** Takes and gives two numbers a row. */
export const echo = modelOf(
  manifestOf('Echo', [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }]),
  'alice/echo',
  ['1', '2'],
);
/** Takes and gives a tensor of each datatype, named after it. */
export const zoo = modelOf(
  manifestOf(
    'Zoo',
    datatypes.map((name) => ({ name, datatype: name, shape: [-1] })),
  ),
  'zoo',
  ['1'],
);

/** A question to `echo`, as a client that verifies asks it. */
export const echoJob: Job = {
  isobit: 'job/1',
  request: createRequest({
    model: echo.id,
    profile: onnxExact.name,
    salt: new Uint8Array(32).fill(1),
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: new Uint8Array(8) }],
  }),
  nonce: 'ab'.repeat(32),
  trace: false,
  network,
  deadlineMs: 5_000,
  witnesses: 0,
};

const clashing = ['0', '1'].map((digit) => `0x${digit.repeat(40)}`);

/** A catalogue in memory. */
export const catalogue: Catalogue = {
  async resolve(ref) {
    if (ref === 'twice') throw nameClash(ref, clashing);
    if (ref === 'broken') throw new Error('secret: the database is on fire');
    const found = [echo, zoo].find(({ id, name, versions }) => {
      const names = name ? [name, name.replace(/^.*\//, '')] : [];
      return ref === id || names.some((n) => ref === n || versions.some((v) => ref === `${n}:${v}`));
    });
    if (!found) throw modelUnknown(ref);
    const stated = /:(.*)$/.exec(ref)?.[1];
    return stated ? { ...found, version: stated } : found;
  },
  list: async () => [echo, zoo],
};

/** What a worker that changes its answer changes. */
export interface Faults {
  receipt?(body: ReceiptBody): ReceiptBody;
  answer?(answer: JobAnswer): JobAnswer;
  outputs?(tensors: Tensor[]): Tensor[];
}

/** The signed answer of a model that gives back what it takes. */
export function answerTo(job: Job, faults: Faults = {}): JobAnswer {
  const request = ofKind(job.request, 'tensors');
  const wanted = request.outputs ?? request.inputs.map(({ name }) => name);
  const tensors = new Map(requestTensors(request).map((tensor) => [tensor.name, tensor]));
  const outputs = wanted.map((name) => tensors.get(name) as Tensor);
  const response = createResponse(faults.outputs?.(outputs) ?? outputs);
  const body: ReceiptBody = {
    network: job.network,
    model: request.model,
    profile: profileDigest(profileByName(request.profile)),
    request: requestDigest(request),
    response: responseDigest(response, saltOf(request)),
    trace: ZERO_HASH,
    outcome: 'complete',
    time: 1,
    worker: worker.address,
    payment: ZERO_HASH,
    details: { nonce: job.nonce, usage: usageOf(request, response), engine: { name: 'echo', version: '1' } },
  };
  const receipt = signReceipt(faults.receipt?.(body) ?? body, worker);
  const answer: JobAnswer = { isobit: 'job-answer/1', receipt, response };
  return faults.answer?.(answer) ?? answer;
}

/** Every job that came, and what was to be done with it. */
export interface FakeDispatcher extends Dispatcher {
  readonly seen: { readonly job: Job; readonly options: DispatchOptions }[];
}

export function fakeDispatcher(
  run: (job: Job, options: DispatchOptions) => Promise<JobAnswer>,
): FakeDispatcher {
  const seen: FakeDispatcher['seen'] = [];
  return {
    seen,
    async dispatch(job, options) {
      seen.push({ job, options });
      return { answer: await run(job, options) };
    },
  };
}

export const honest = () => fakeDispatcher(async (job) => answerTo(job));

/** A gateway before the fake network; its random bytes count up. */
export function gatewayOf(dispatcher: Dispatcher, options: Partial<GatewayOptions> = {}): Hono {
  let drawn = 0;
  return createGateway({
    dispatcher,
    catalogue,
    network,
    profileDefault: onnxExact.name,
    version: '0.1.0',
    random: (length) => new Uint8Array(length).fill(++drawn),
    ...options,
  });
}

export const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const two = { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1.5, -0.5] }] };
export const saltAt = (drawn: number) => toHex(new Uint8Array(32).fill(drawn));
export { fast, onnxExact };

/** The code of an error answer, with its status. */
export async function codeOf(response: Response): Promise<string> {
  const { code, error } = (await response.json()) as { code: string; error: string };
  if (typeof error !== 'string') throw new Error('an error answer holds no error');
  return `${response.status} ${code}`;
}
