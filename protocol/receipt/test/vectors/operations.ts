import {
  canonicalText,
  cidOf,
  decodeCanonical,
  decodeJson,
  digestOfCid,
  fromHex,
  hashStruct,
  isCoded,
  limits,
  nodeKey,
  recoverAddress,
  recoverPublicKey,
  recoverStatement,
  sha256,
  signStatement,
  taggedDigest,
  toHex,
  typedDataDigest,
} from '@isobit/core';
import {
  chatTemplateDigest,
  contradicts,
  type GgufValue,
  ggufTokenizerDigest,
  isModelPath,
  manifestKind,
  modelId,
  nameRecordKind,
  openManifest,
  openName,
  parseRef,
  signedManifestKind,
  signedNameKind,
  upstreamKind,
} from '@isobit/model';
import {
  canonicalNaN,
  decodeEvidence,
  decodeEvidenceFragment,
  type Evidence,
  encodeEvidence,
  floatBits,
  ofKind,
  profileDigest,
  profileKind,
  receiptDigest,
  requestDigest,
  requestKind,
  requestTensors,
  responseDigest,
  responseKind,
  responseTensors,
  type SamplingNumbers,
  samplingNumbers,
  type Tensor,
  type TensorDocument,
  tensorFromDocument,
  usageOf,
} from '@isobit/receipt';
import { jobOperations } from './job-operations.ts';
import { receiptOperations } from './receipt-operations.ts';
import { smallText } from './text-request.ts';
import { inputBytes, type Vector } from './vector.ts';

/** Results of a vector by name, or undefined where the operation gives nothing. */
type Operation = (vector: Vector) => Record<string, unknown> | undefined;

const STATEMENT = {
  name: 'Statement',
  fields: [
    { name: 'kind', type: 'string' },
    { name: 'digest', type: 'bytes32' },
  ],
} as const;
const DOMAIN = {
  name: 'EIP712Domain',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
  ],
} as const;

const statementHash = (kind: string, digest: Uint8Array) => hashStruct(STATEMENT, { kind, digest });
const signedHex = (kind: string, digest: Uint8Array) => toHex(typedDataDigest(statementHash(kind, digest)));
const hex = (vector: Vector, name: string) => fromHex(String(vector[name]));
const described = ({ name, shape, data }: Tensor) => ({
  name,
  elements: shape.reduce((a, b) => a * b, 1),
  hex: toHex(data),
});
const readEvidence = (evidence: Evidence) => ({
  canonical: toHex(sha256(encodeEvidence(evidence))),
  receipt: receiptDigest(evidence.receipt),
});

/** A value of a GGUF file as a vector states it: integers in decimal, floats by the 64 bits of their double. */
function ggufValue(type: string, value: never): GgufValue {
  if (type.endsWith('s'))
    return (value as never[]).map((item) => ggufValue(type.slice(0, -1), item) as never);
  if (type === 'integer') return BigInt(value);
  return type === 'float' ? new DataView(fromHex(value).buffer).getFloat64(0) : value;
}

/** Numbers of a sampling as a vector states them: floats by their bits, the seed in decimal. */
const numbersOf = ({ topK, penaltyWindow, logitBias, seed, ...floats }: SamplingNumbers) => ({
  ...Object.fromEntries(Object.entries(floats).map(([name, value]) => [name, floatBits(value)])),
  ...(topK === undefined ? {} : { topK }),
  ...(penaltyWindow === undefined ? {} : { penaltyWindow }),
  ...(logitBias
    ? { logitBias: Object.fromEntries([...logitBias].map(([token, bias]) => [token, floatBits(bias)])) }
    : {}),
  seed: String(seed),
});

/** What this implementation does for each kind of vector. */
export const operations: Readonly<Record<string, Operation>> = {
  decode: (v) => ({ text: canonicalText(decodeCanonical(inputBytes(v))) }),
  json: (v) => ({ text: canonicalText(decodeJson(inputBytes(v), limits.evidenceBytes)) }),
  digest: (v) => ({ digest: toHex(taggedDigest(String(v['tag']), hex(v, 'salt'), inputBytes(v))) }),
  cid: (v) => ({ id: cidOf(inputBytes(v)) }),
  'parse-cid': (v) => ({ digest: toHex(digestOfCid(v.text ?? '')) }),
  key: (v) => {
    const { publicKey, address } = nodeKey(hex(v, 'secret'));
    return { publicKey: toHex(publicKey), address };
  },
  statement: (v) => {
    const [kind, digest] = [String(v['document']), hex(v, 'digest')];
    const signature = signStatement(nodeKey(hex(v, 'secret')), kind, digest);
    return {
      domain: toHex(hashStruct(DOMAIN, { name: 'Isobit', version: '1' })),
      structHash: toHex(statementHash(kind, digest)),
      signed: signedHex(kind, digest),
      signature,
      address: recoverStatement(kind, digest, signature),
    };
  },
  recover: (v) => {
    const publicKey = recoverPublicKey(hex(v, 'digest'), hex(v, 'signature'));
    const address = recoverAddress(hex(v, 'digest'), hex(v, 'signature'));
    return publicKey && { publicKey: toHex(publicKey), address };
  },

  manifest: (v) => {
    const manifest = manifestKind.decode(inputBytes(v));
    return { id: modelId(manifest), digest: toHex(manifestKind.digest(manifest)) };
  },
  'signed-manifest': (v) => {
    const { manifest, id } = openManifest(signedManifestKind.decode(inputBytes(v)));
    return { id, signed: signedHex('manifest/1', manifestKind.digest(manifest)) };
  },
  'chat-template-digest': (v) => ({ digest: chatTemplateDigest(v.text ?? '') }),
  'tokenizer-digest': (v) => {
    const members = v['members'] as { key: string; type: string; value: never }[];
    const digest = ggufTokenizerDigest(members.map(({ key, type, value }) => [key, ggufValue(type, value)]));
    return digest === undefined ? undefined : { digest };
  },
  upstream: (v) => ({ model: upstreamKind.decode(inputBytes(v)).model }),
  path: (v) => (isModelPath(v.text) ? {} : undefined),

  name: (v) => ({ digest: toHex(nameRecordKind.digest(nameRecordKind.decode(inputBytes(v)))) }),
  'signed-name': (v) => {
    const record = openName(signedNameKind.decode(inputBytes(v)));
    return { signed: signedHex('name/1', nameRecordKind.digest(record)), key: record.key };
  },
  reference: (v) => ({ reference: parseRef(v.text ?? '') }),
  'name-contradiction': (v) => {
    const [a, b] = (v['records'] as unknown[]).map((record) => nameRecordKind.parse(record));
    return { contradicts: a !== undefined && b !== undefined && contradicts(a, b) };
  },

  request: (v) => {
    const request = requestKind.decode(inputBytes(v));
    const inputs = request.kind === 'tensors' ? { inputs: requestTensors(request).map(described) } : {};
    return { ...inputs, digest: requestDigest(request) };
  },
  sampling: (v) => {
    const request = requestKind.parse({ ...smallText, sampling: v['sampling'], salt: v['salt'] });
    return numbersOf(samplingNumbers(ofKind(request, 'text').sampling, request.salt));
  },
  tensor: (v) => {
    const { elements, hex: data } = described(tensorFromDocument(v['tensor'] as TensorDocument));
    return { elements, hex: data };
  },
  usage: (v) => {
    const request = requestKind.parse(v['request']);
    return { usage: v['response'] ? usageOf(request, responseKind.parse(v['response'])) : usageOf(request) };
  },
  response: (v) => {
    const response = responseKind.decode(inputBytes(v));
    const outputs = response.kind === 'tensors' ? { outputs: responseTensors(response).map(described) } : {};
    return { ...outputs, digest: responseDigest(response, hex(v, 'salt')) };
  },
  nan: (v) => {
    const datatype = String(v['datatype']) as Tensor['datatype'];
    const data = inputBytes(v);
    return { hex: toHex(canonicalNaN({ name: 'x', datatype, shape: [], data }).data) };
  },
  profile: (v) => {
    const profile = profileKind.decode(inputBytes(v));
    return { digest: profileDigest(profile), name: profile.name, exact: profile.exact };
  },

  ...receiptOperations,
  ...jobOperations,

  evidence: (v) => readEvidence(decodeEvidence(inputBytes(v))),
  fragment: (v) => readEvidence(decodeEvidenceFragment(v.text ?? '')),
};

/** What an invalid vector's operation gave: a code, a verdict's reason, `none`, or undefined where nothing was refused. */
export function refusal(vector: Vector): string | undefined {
  try {
    const result = operations[vector.kind]?.(vector);
    return result === undefined ? 'none' : (result['refused'] as string | undefined);
  } catch (error) {
    if (isCoded(error)) return error.code;
    throw error;
  }
}
