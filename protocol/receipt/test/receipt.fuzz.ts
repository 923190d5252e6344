import { decodeCanonical, decodeJson, encodeCanonical, equalBytes, limits, utf8 } from '@isobit/core';
import { signManifest } from '@isobit/model';
import {
  canonicalNaN,
  decodeEvidence,
  decodeEvidenceFragment,
  embeddingTokens,
  encodeEvidence,
  evidenceFragment,
  floatOfDecimal,
  genesisKind,
  isSignedByWorker,
  ofKind,
  onnxExact,
  openGenesis,
  profileKind,
  type Receipt,
  receiptKind,
  requestKind,
  requestTensors,
  responseKind,
  responseTensors,
  samplingNumbers,
  signBatch,
  splitStrings,
  type Tensor,
  tensorFromDocument,
  tensorToDocument,
  traceKind,
  traceRoot,
  usageOf,
} from '@isobit/receipt';
import { smallRequest, smallResponse } from './vectors/exchange.ts';
import { alice, smallManifest } from './vectors/model.ts';
import { alone, aloneText, body, worker } from './vectors/receipt.ts';
import { smallText, textRequests } from './vectors/text-request.ts';
import { smallAnswer, textResponses } from './vectors/text-response.ts';
import type { Term } from './vectors/vector.ts';

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

const tokenTrace = {
  isobit: 'trace/1',
  kind: 'tokens',
  steps: [{ choice: 0, token: 5, logits: '0'.repeat(64) }],
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
const seedsOf = ({ valid }: Term, kind: string) =>
  Object.values(valid).flatMap(({ kind: own, text }) => (own === kind && text ? [JSON.parse(text)] : []));
const requests = strict(
  requestKind,
  smallRequest,
  { ...smallRequest, outputs: ['y'] },
  ...seedsOf(textRequests, 'request'),
);
const responses = strict(responseKind, smallResponse, ...seedsOf(textResponses, 'response'));
const traces = strict(traceKind, full.trace, tokenTrace);
const receipts = strict(receiptKind, alone, batched, aloneText);

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
    run(bytes) {
      const request = requests.run(bytes);
      const opened =
        request.kind === 'text'
          ? samplingNumbers(request.sampling, request.salt)
          : request.kind === 'tensors' && requestTensors(request);
      return [opened, usageOf(request)];
    },
  },
  response: {
    ...responses,
    run(bytes) {
      const response = responses.run(bytes);
      return response.kind === 'text'
        ? usageOf(smallText, response)
        : [responseTensors(response), embeddingTokens(response, 2)];
    },
  },
  'json-request': {
    run: (bytes) => requestKind.parse(decodeJson(bytes, limits.exchangeBytes)),
    seeds: requests.seeds,
  },
  decimal: {
    run(bytes) {
      const temperature = latin(bytes);
      const request = requestKind.parse({ ...smallText, sampling: { temperature } });
      const value = ofKind(request, 'text').sampling?.temperature;
      if (!Number.isFinite(floatOfDecimal(value ?? '')))
        throw new Error(`${temperature} was read as no number`);
    },
    seeds: () => ['0', '-9999.9999999999999999', '0.7'].map(utf8),
  },
  receipt: { ...receipts, run: (bytes) => isSignedByWorker(receipts.run(bytes)) },
  trace: {
    ...traces,
    run: (bytes) => traceRoot(traces.run(bytes), new Uint8Array(32)),
  },
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
    seeds: () => [
      encodeCanonical(full),
      encodeCanonical({ ...evidence, request: smallText, response: smallAnswer, trace: tokenTrace }),
      utf8(JSON.stringify(evidence, null, 2)),
    ],
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
