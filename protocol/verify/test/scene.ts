import {
  fromUtf8,
  inclusionProof,
  leafHash,
  merkleRoot,
  type NodeKey,
  nodeKey,
  sha256,
  subtreeOf,
  toHex,
  utf8,
} from '@isobit/core';
import {
  createCosigner,
  deriveLogKeys,
  ed25519Signer,
  formatCheckpoint,
  formatVkey,
  logOrigin,
  serializeNote,
  signNote,
  typedSigner,
  withSignatures,
  witnessName,
} from '@isobit/log';
import { type Manifest, manifestKind, modelId, signManifest } from '@isobit/model';
import {
  createRequest,
  createResponse,
  type Evidence,
  networkId,
  ofKind,
  onnxExact,
  openGenesis,
  type Profile,
  profileDigest,
  type Receipt,
  type ReceiptBody,
  receiptKind,
  requestDigest,
  responseDigest,
  saltOf,
  signReceipt,
  type Tensor,
  type Trace,
  traceRoot,
  usageOf,
  valueDigest,
  ZERO_HASH,
} from '@isobit/receipt';
import type { Replayer, Trust } from '../src/index.ts';

/** A fixed key: tests and vectors must give the same bytes each time. */
export const keyOf = (name: string): NodeKey => nodeKey(sha256(utf8(`isobit test key ${name}`)));

export const worker = keyOf('worker');
export const witness = keyOf('witness');
export const NOW = 1_790_000_000_000;

const f32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
export const vector = (name: string, ...values: number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape: [values.length],
  data: f32(...values),
});

const manifest: Manifest = manifestKind.parse({
  isobit: 'manifest/1',
  title: 'Doubles its input',
  format: 'onnx',
  task: 'arithmetic',
  files: [{ path: 'model.onnx', size: 3, root: toHex(sha256(utf8('double'))) }],
  entry: 'model.onnx',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
  licence: 'Apache-2.0',
  publisher: keyOf('publisher').address,
});

const signedManifest = signManifest(manifest, keyOf('publisher'));
const salt = sha256(utf8('salt'));

export interface SceneOptions {
  readonly answer?: readonly number[];
  readonly profile?: Profile;
  readonly trace?: boolean;
  readonly body?: Partial<ReceiptBody>;
  readonly key?: NodeKey;
  readonly cosigned?: boolean;
}

/** Evidence of a worker that doubled [1, 2, 3], or did what the options say and signed it all the same. */
export function scene({
  answer = [2, 4, 6],
  profile = onnxExact,
  trace: traced = false,
  body = {},
  key = worker,
  cosigned = false,
}: SceneOptions = {}): Evidence {
  const x = vector('x', 1, 2, 3);
  const y = vector('y', ...answer);
  const request = createRequest({ model: modelId(manifest), profile: profile.name, salt, inputs: [x] });
  const response = createResponse([y]);
  const trace = traced ? traceOf(x, y) : undefined;
  const receipt = signReceipt(
    {
      network: networkId(openGenesis),
      model: modelId(manifest),
      profile: profileDigest(profile),
      request: requestDigest(request),
      response: responseDigest(response, saltOf(request)),
      trace: trace ? traceRoot(trace, salt) : ZERO_HASH,
      outcome: 'complete',
      time: NOW,
      worker: key.address,
      payment: ZERO_HASH,
      details: {
        nonce: toHex(sha256(utf8('nonce'))),
        usage: { ...usageOf(request, response) },
        engine: { name: 'test', version: '1' },
      },
      ...body,
    },
    key,
  );
  return {
    isobit: 'evidence/1',
    receipt,
    request,
    response,
    manifest: signedManifest,
    log: logOf(receipt, key, cosigned),
    ...(trace ? { trace } : {}),
  };
}

export function traceOf(x: Tensor, y: Tensor): Trace {
  return {
    isobit: 'trace/1',
    steps: [
      {
        node: 'double',
        op: 'Add',
        inputs: [{ name: 'x', digest: valueDigest(x, salt) }],
        outputs: [{ name: 'y', datatype: 'FP32', shape: [...y.shape], digest: valueDigest(y, salt) }],
      },
    ],
  };
}

/** The receipt's place as the third of four entries in its worker's log. */
export function logOf(receipt: Receipt, key: NodeKey, cosigned: boolean): NonNullable<Evidence['log']> {
  const leaves = ['a', 'b', receiptKind.encode(receipt), 'c'].map((entry) =>
    leafHash(typeof entry === 'string' ? utf8(entry) : entry),
  );
  const origin = logOrigin(key.address);
  const logSigner = ed25519Signer(origin, deriveLogKeys(key).log);
  const note = signNote(formatCheckpoint({ origin, size: 4, root: merkleRoot(leaves), extensions: [] }), [
    logSigner,
    typedSigner(origin, key),
  ]);
  const cosigner = witnessOf(witness);
  const whole = cosigned ? withSignatures(note, [cosigner.cosign(note.text, NOW / 1000)]) : note;
  return {
    checkpoint: fromUtf8(serializeNote(whole)),
    index: 2,
    proof: inclusionProof(2, 4, subtreeOf(leaves)).map(toHex),
    key: keysOf(key),
    ...(cosigned ? { witnesses: [keysOf(witness)] } : {}),
  };
}

const keysOf = (key: NodeKey) => deriveLogKeys(key).binding;

const witnessOf = (key: NodeKey) => createCosigner(witnessName(key.address), deriveLogKeys(key).witness);

export const witnessVkey = formatVkey(witnessOf(witness).vkey);

export const trust = (extra: Partial<Trust> = {}): Trust => ({
  network: networkId(openGenesis),
  now: NOW,
  ...extra,
});

/** A replayer that really doubles. */
export const doubler: Replayer = {
  async run({ request, trace }) {
    const data = ofKind(request, 'tensors').inputs[0]?.data ?? '';
    const x = new Float32Array(new Uint8Array(Buffer.from(data, 'base64')).buffer);
    const y = vector('y', ...x.map((v) => v * 2));
    return { response: createResponse([y]), ...(trace ? { trace: traceOf(vector('x', ...x), y) } : {}) };
  },
};
