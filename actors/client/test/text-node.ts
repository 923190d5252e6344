import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after } from 'node:test';
import { concatBytes, encodeCanonical, nodeKey, utf8 } from '@isobit/core';
import { createLlmExact } from '@isobit/exact';
import { kernelsPath } from '@isobit/exact/process';
import { languageSource, textModelFile } from '@isobit/exact/testing';
import { type Manifest, signManifest } from '@isobit/model';
import {
  createTextResponse,
  type Job,
  type JobAnswer,
  jobAnswerKind,
  jobKind,
  jobProgressKind,
  llmExact,
  ofKind,
  profileDigest,
  requestDigest,
  responseDigest,
  saltOf,
  signReceipt,
  type TextPiece,
  type TextResponse,
  traceRoot,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import { type ClientOptions, createClient, createReplayer } from '../src/index.ts';

/* A node that is a function, with two workers of a small language model that has a chat template. */

const publisher = nodeKey();
const workers = [nodeKey(), nodeKey()];
const bytes = textModelFile({
  metadata: {
    'tokenizer.chat_template': '{% for message in messages %}{{ message.content }}{% endfor %}',
  },
});
const plain = languageSource(bytes);
const manifest: Manifest = { ...plain.manifest, publisher: publisher.address };
const source = { ...plain, manifest };
const signed = signManifest(manifest, publisher);
const runtime = createLlmExact({ kernels: (build) => readFile(kernelsPath(build)) });
const loaded = await runtime.load(source);
const replayer = createReplayer({
  runtime: async (profile) => (profile.name === llmExact.name ? runtime : undefined),
  source: async () => source,
});
after(() => runtime[Symbol.asyncDispose]());

export type Lie = (response: TextResponse) => TextResponse;

async function answerOf(job: Job, worker = workers[0] as (typeof workers)[0], lie: Lie = (r) => r) {
  const pieces: TextPiece[] = [];
  const { request } = job;
  const execution = await loaded.execute(request, {
    trace: job.trace,
    onPiece: (piece) => pieces.push(piece),
  });
  const response = lie(ofKind(execution.response, 'text'));
  const salt = saltOf(request);
  const receipt = signReceipt(
    {
      network: job.network,
      model: request.model,
      profile: profileDigest(llmExact),
      request: requestDigest(request),
      response: responseDigest(response, salt),
      trace: execution.trace ? traceRoot(execution.trace, salt) : ZERO_HASH,
      outcome: 'complete',
      time: Date.now(),
      worker: worker.address,
      payment: ZERO_HASH,
      details: { nonce: job.nonce, usage: usageOf(request, response), engine: runtime.engine },
    },
    worker,
  );
  const answer: JobAnswer = {
    isobit: 'job-answer/1',
    receipt,
    response,
    ...(execution.trace ? { trace: execution.trace } : {}),
  };
  return { answer, pieces };
}

export interface NodeFaults {
  /** Its answer to every job. */
  readonly earlier?: JobAnswer;
  /** Its answers begin, and go on until nobody waits for them; told then. */
  readonly onLeft?: () => void;
}

export function clientOf(
  lie?: Lie,
  options: Partial<ClientOptions> = {},
  { earlier, onLeft }: NodeFaults = {},
) {
  const jobs: Job[] = [];
  /** Queries of the jobs. */
  const queries: string[] = [];
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input));
    if (url.pathname === '/jobs') {
      const job = jobKind.decode(init?.body as Uint8Array);
      jobs.push(job);
      queries.push(url.search);
      const second = url.searchParams.get('worker') === workers[1]?.address;
      const { answer, pieces } = await answerOf(job, workers[second ? 1 : 0], second ? undefined : lie);
      const last = jobAnswerKind.encode(earlier ?? answer);
      if (!job.progress) return new Response(last as BodyInit);
      const lines = pieces.map((piece) =>
        jobProgressKind.encode({ isobit: 'job-progress/1', pieces: [piece] }),
      );
      if (onLeft) {
        init?.signal?.addEventListener('abort', onLeft);
        const endless = new ReadableStream({
          start: (controller) => controller.enqueue(concatBytes(lines[0] as Uint8Array, utf8('\n'))),
        });
        return new Response(endless, { headers: { 'content-type': 'application/x-ndjson' } });
      }
      const body = concatBytes(...[...lines, last].flatMap((line) => [line, utf8('\n')]));
      return new Response(body as BodyInit, { headers: { 'content-type': 'application/x-ndjson' } });
    }
    if (url.pathname.endsWith('/workers'))
      return Response.json({
        workers: workers.map(({ address }) => ({ worker: address, profiles: [llmExact.name], price: '0' })),
      });
    return new Response(encodeCanonical(signed) as BodyInit);
  };
  const client = createClient({
    baseUrl: 'http://node.test',
    fetch: fetch as typeof globalThis.fetch,
    replayer,
    ...options,
  });
  return { client, jobs, queries };
}

/** Another token in the middle, and what it makes of the text stays as it was. */
export const otherToken: Lie = ({ promptTokens, choices: [first, ...rest] }) => {
  assert.ok(first);
  const tokens = first.tokens.with(9, first.tokens[9] === 20 ? 21 : 20);
  return createTextResponse({ promptTokens, choices: [{ ...first, tokens }, ...rest] });
};
