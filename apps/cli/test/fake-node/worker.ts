import { readFile } from 'node:fs/promises';
import { fromUtf8, inclusionProof, leafHash, merkleRoot, type NodeKey, subtreeOf, toHex } from '@isobit/core';
import {
  createLlmExact,
  createOnnxExact,
  type Execution,
  type LoadedModel,
  type Runtime,
} from '@isobit/exact';
import { kernelsPath, wasmPath } from '@isobit/exact/process';
import {
  deriveLogKeys,
  ed25519Signer,
  encodeBundle,
  encodeTile,
  formatCheckpoint,
  type LogKeyDocument,
  logOrigin,
  serializeNote,
  signNote,
  typedSigner,
} from '@isobit/log';
import {
  createResponse,
  isTokenTrace,
  type Job,
  type JobAnswer,
  profileDigest,
  type Receipt,
  receiptKind,
  requestDigest,
  responseDigest,
  responseTensors,
  saltOf,
  signReceipt,
  type TextPiece,
  traceRoot,
  usageOf,
  valueDigest,
  ZERO_HASH,
} from '@isobit/receipt';
import type { FakeModels } from './models.ts';

/** Really runs models and really signs; it lies when it is told to. */
export class FakeWorker {
  /** Adds one to the first value of each answer, and signs that. */
  lies = false;
  readonly binding: LogKeyDocument;
  readonly #key: NodeKey;
  readonly #models: FakeModels;
  readonly #runtimes: readonly Runtime[] = [
    createOnnxExact({ wasm: () => readFile(wasmPath()) }),
    createLlmExact({ kernels: (build) => readFile(kernelsPath(build)) }),
  ];
  readonly #loaded = new Map<string, Promise<LoadedModel>>();
  readonly #entries: Uint8Array[] = [];

  constructor(key: NodeKey, models: FakeModels) {
    this.#key = key;
    this.#models = models;
    this.binding = deriveLogKeys(key).binding;
  }

  /** @param onPiece told of an honest text as it comes */
  async answer(
    { request, nonce, network, trace: traced }: Job,
    onPiece?: (piece: TextPiece) => void,
  ): Promise<JobAnswer> {
    const runtime = this.#runtimes.find(({ profile }) => profile.name === request.profile) as Runtime;
    const loading = this.#loaded.get(request.model) ?? runtime.load(this.#models.source(request.model));
    this.#loaded.set(request.model, loading);
    const honest = await (await loading).execute(request, {
      trace: traced,
      ...(onPiece ? { onPiece } : {}),
    });
    const { response, trace } = this.lies ? changed(honest, saltOf(request)) : honest;
    const receipt = signReceipt(
      {
        network,
        model: request.model,
        profile: profileDigest(runtime.profile),
        request: requestDigest(request),
        response: responseDigest(response, saltOf(request)),
        trace: trace ? traceRoot(trace, saltOf(request)) : ZERO_HASH,
        outcome: 'complete',
        time: Date.now(),
        worker: this.#key.address,
        payment: ZERO_HASH,
        details: { nonce, usage: { ...usageOf(request, response) }, engine: { ...runtime.engine } },
      },
      this.#key,
    );
    return {
      isobit: 'job-answer/1',
      receipt,
      response,
      ...(trace ? { trace } : {}),
      log: this.#log(receipt),
    };
  }

  /** The log's public files; at most 256 entries, which is one tile. */
  publicFile(path: string): Uint8Array | undefined {
    const size = this.#entries.length;
    if (size === 0) return undefined;
    const partial = `000.p/${size}`;
    if (path === 'checkpoint') return new TextEncoder().encode(this.#checkpoint());
    if (path === `tile/0/${partial}`) return encodeTile(this.#leaves());
    if (path === `tile/entries/${partial}`) return encodeBundle(this.#entries);
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.all(this.#runtimes.map((each) => each[Symbol.asyncDispose]())).then(() => undefined);
  }

  #log(receipt: Receipt): NonNullable<JobAnswer['log']> {
    const index = this.#entries.push(receiptKind.encode(receipt)) - 1;
    const size = this.#entries.length;
    const proof = inclusionProof(index, size, subtreeOf(this.#leaves())).map(toHex);
    return { checkpoint: this.#checkpoint(), index, proof, key: this.binding };
  }

  #leaves = (): Uint8Array[] => this.#entries.map(leafHash);

  #logSigner = () => ed25519Signer(logOrigin(this.#key.address), deriveLogKeys(this.#key).log);

  #checkpoint(): string {
    const origin = logOrigin(this.#key.address);
    const text = formatCheckpoint({
      origin,
      size: this.#entries.length,
      root: merkleRoot(this.#leaves()),
      extensions: [],
    });
    return fromUtf8(serializeNote(signNote(text, [this.#logSigner(), typedSigner(origin, this.#key)])));
  }
}

/** A lie that holds together: the trace, too, ends in what was changed. */
function changed({ response, trace }: Execution, salt: Uint8Array): Omit<Execution, 'usage'> {
  if (response.kind === 'text') {
    const choices = response.choices.map((choice) => ({ ...choice, tokens: otherThird(choice.tokens) }));
    const steps = choices.flatMap(({ tokens }) => tokens);
    return {
      response: { ...response, choices },
      ...(trace && isTokenTrace(trace)
        ? {
            trace: {
              ...trace,
              steps: trace.steps.map((step, i) => ({ ...step, token: steps[i] as number })),
            },
          }
        : {}),
    };
  }
  const outputs = responseTensors(response).map((tensor) => {
    const data = tensor.data.slice();
    const view = new DataView(data.buffer);
    if (tensor.datatype === 'FP32') view.setFloat32(0, view.getFloat32(0, true) + 1, true);
    return { ...tensor, data };
  });
  const digests = new Map(outputs.map((tensor) => [tensor.name, valueDigest(tensor, salt)]));
  const traced = trace && !isTokenTrace(trace) ? trace : undefined;
  const steps = traced?.steps.map((step) => ({
    ...step,
    outputs: step.outputs.map((output) => ({ ...output, digest: digests.get(output.name) ?? output.digest })),
  }));
  return { response: createResponse(outputs), ...(traced && steps ? { trace: { ...traced, steps } } : {}) };
}

const otherThird = (tokens: readonly number[]): number[] =>
  tokens.map((token, i) => (i === 2 ? (token === 10 ? 11 : 10) : token));
