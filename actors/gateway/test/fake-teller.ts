import { type Manifest, modelId, signManifest } from '@isobit/model';
import {
  createResponse,
  createTextResponse,
  type Job,
  type JobAnswer,
  ofKind,
  profileByName,
  profileDigest,
  type Response,
  requestDigest,
  responseDigest,
  saltOf,
  signReceipt,
  type TextChoice,
  type TextPiece,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import type { Hono } from 'hono';
import type { Catalogue, CatalogueModel, Dispatcher, GatewayOptions } from '../src/index.ts';
import { modelUnknown } from '../src/index.ts';
import { echo, fakeDispatcher, gatewayOf, catalogue as others, publisher, worker } from './fake-node.ts';

const languageModel = (task: string, name: string): CatalogueModel => {
  const manifest: Manifest = {
    isobit: 'manifest/1',
    title: name,
    format: 'gguf',
    task,
    files: [{ path: 'm.gguf', size: 1, root: ZERO_HASH }],
    entry: 'm.gguf',
    inputs: [],
    outputs: [],
    tokenizer: 'ab'.repeat(32),
    licence: 'Apache-2.0',
    publisher: publisher.address,
  };
  const signed = signManifest(manifest, publisher);
  return { id: modelId(manifest), signed, manifest, name, versions: ['1'], version: '1' };
};

export const teller = languageModel('text-generation', 'teller');
export const embedder = languageModel('text-embedding', 'ann/embedder');

const models = [teller, embedder, echo];

/** Language models beside the tensors of `fake-node.ts`. */
export const catalogue: Catalogue = {
  async resolve(ref) {
    const found = models.find(({ id, name }) => [id, name, `${name}:1`].includes(ref));
    if (found) return found;
    if (ref === 'twice' || ref === 'broken') return others.resolve(ref);
    throw modelUnknown(ref);
  },
  list: async () => models,
};

export const says = (text: string, more: Partial<TextChoice> = {}): TextChoice => ({
  text,
  tokens: [5, 6, 1],
  finish: 'stop',
  ...more,
});

/** What a worker answers, signed as it is. */
export function signed(job: Job, response: Response): JobAnswer {
  const { request } = job;
  const receipt = signReceipt(
    {
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
      details: { nonce: job.nonce, usage: usageOf(request, response), engine: { name: 'f', version: '1' } },
    },
    worker,
  );
  return { isobit: 'job-answer/1', receipt, response };
}

/** Tells these pieces where a job wants to be told, and answers. */
export const telling = (choices: readonly TextChoice[], pieces: readonly TextPiece[] = []) =>
  fakeDispatcher(async (job, { onProgress }) => {
    ofKind(job.request, 'text');
    for (const piece of pieces) onProgress?.({ isobit: 'job-progress/1', pieces: [piece] });
    return signed(job, createTextResponse({ promptTokens: 9, choices }));
  });

/** Rows that count up, two numbers each; a token a character. */
export const embedding = () =>
  fakeDispatcher(async (job) => {
    const { texts } = ofKind(job.request, 'embedding');
    const numbers = Float32Array.from({ length: texts.length * 2 }, (_, at) => at + 0.5);
    const data = new Uint8Array(numbers.buffer);
    const shape = [texts.length, 2];
    const counts = new Uint8Array(BigInt64Array.from(texts, (text) => BigInt(text.length)).buffer);
    return signed(
      job,
      createResponse([
        { name: 'embedding', datatype: 'FP32', shape, data },
        { name: 'tokens', datatype: 'INT64', shape: [texts.length], data: counts },
      ]),
    );
  });

export const NOW = 1_795_780_800_000;

export const tellerOf = (dispatcher: Dispatcher, options: Partial<GatewayOptions> = {}): Hono =>
  gatewayOf(dispatcher, {
    catalogue,
    now: () => NOW,
    askerOf: (c) => ({
      id: c.req.header('x-asker') ?? 'me',
      isCounted: c.req.header('x-asker') !== undefined,
    }),
    ...options,
  });

export const hello = { model: 'teller', messages: [{ role: 'user', content: 'Hello' }] };
export const piece = (text: string): TextPiece => ({ choice: 0, tokens: [5], text });

/** The events of a stream: what `data` holds, and comments as they are. */
export const eventsOf = async (response: globalThis.Response): Promise<string[]> =>
  (await response.text())
    .split('\n\n')
    .filter(Boolean)
    .map((event) => event.replace(/^data: /, ''));
