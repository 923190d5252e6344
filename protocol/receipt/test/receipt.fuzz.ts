import { decodeCanonical, encodeCanonical, equalBytes, limits, utf8 } from '@isobit/core';
import { signManifest } from '@isobit/model';
import {
  canonicalNaN,
  decodeEvidence,
  decodeEvidenceFragment,
  encodeEvidence,
  evidenceFragment,
  genesisKind,
  isSignedByWorker,
  onnxExact,
  openGenesis,
  profileKind,
  type Receipt,
  receiptKind,
  requestKind,
  requestTensors,
  responseKind,
  responseTensors,
  signBatch,
  splitStrings,
  type Tensor,
  tensorFromDocument,
  tensorToDocument,
  traceKind,
  usageOf,
} from '@isobit/receipt';
import { smallRequest, smallResponse } from './vectors/exchange.ts';
import { alice, smallManifest } from './vectors/model.ts';
import { alone, body, worker } from './vectors/receipt.ts';

const latin = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, 50_000));
const [batched] = signBatch([body, { ...body, time: 1 }, { ...body, time: 2 }], worker) as [Receipt];
const evidence = {
  isobit: 'evidence/1',
  receipt: alone,
  request: smallRequest,
  response: smallResponse,
} as const;
const full = {
  ...evidence,
  manifest: signManifest(smallManifest, alice),
  trace: { isobit: 'trace/1', steps: [] },
  log: { checkpoint: 'note\n', index: 0, proof: ['0'.repeat(64)], key: {} },
} as const;

/** A kind whose bytes must come back as they were read. */
const strict = <T>(
  kind: { decode(bytes: Uint8Array): T; encode(value: T): Uint8Array },
  ...seeds: unknown[]
) => ({
  run(bytes: Uint8Array): T {
    const value = kind.decode(bytes);
    if (!equalBytes(kind.encode(value), bytes))
      throw new Error('a document was read that writes other bytes');
    return value;
  },
  seeds: () => seeds.map(encodeCanonical),
});
const requests = strict(requestKind, smallRequest, { ...smallRequest, outputs: ['y'] });
const responses = strict(responseKind, smallResponse);
const receipts = strict(receiptKind, alone, batched);

/** A tensor from raw bytes: datatype and rank from the first two, then the data. */
function tensorOf(bytes: Uint8Array): Tensor {
  const types = ['BYTES', 'FP16', 'FP32', 'FP64', 'BOOL', 'INT64'] as const;
  const shape = [...bytes.subarray(2, 2 + ((bytes[1] ?? 0) % 10))];
  return {
    name: 'x',
    datatype: types[(bytes[0] ?? 0) % types.length] ?? 'BYTES',
    shape,
    data: bytes.subarray(2 + shape.length),
  };
}

/** Every decoder of this package that reads a stranger's bytes: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  request: {
    ...requests,
    run: (bytes) => [requestTensors(requests.run(bytes)), usageOf(requests.run(bytes))],
  },
  response: { ...responses, run: (bytes) => responseTensors(responses.run(bytes)) },
  receipt: { ...receipts, run: (bytes) => isSignedByWorker(receipts.run(bytes)) },
  trace: strict(traceKind, full.trace),
  profile: strict(profileKind, onnxExact),
  genesis: strict(genesisKind, openGenesis),
  evidence: {
    run(bytes) {
      const read = decodeEvidence(bytes);
      const again = encodeEvidence(read);
      if (!equalBytes(encodeEvidence(decodeEvidence(again)), again))
        throw new Error('evidence changes when it is written again');
      return isSignedByWorker(read.receipt);
    },
    seeds: () => [encodeCanonical(full), utf8(JSON.stringify(evidence, null, 2))],
  },
  fragment: {
    run: (bytes) => decodeEvidenceFragment(latin(bytes)),
    seeds: () => [utf8(evidenceFragment(evidence) ?? '')],
  },
  tensor: {
    run(bytes) {
      const tensor = tensorFromDocument(tensorToDocument(canonicalNaN(tensorOf(bytes))));
      return tensor.datatype === 'BYTES' ? splitStrings(tensor.data) : tensor;
    },
    seeds: () => [
      Uint8Array.of(0, 1, 1, 1, 0, 0, 0, 97),
      Uint8Array.of(1, 1, 1, 1, 126),
      Uint8Array.of(4, 1, 1, 1),
    ],
  },
  'tensor-document': {
    run(bytes) {
      const value = decodeCanonical(bytes, limits.exchangeBytes);
      return requestTensors(requestKind.parse({ ...smallRequest, inputs: [value] }));
    },
    seeds: () => smallRequest.inputs.map(encodeCanonical),
  },
};
