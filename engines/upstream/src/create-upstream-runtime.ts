import {
  createUpstreamReply,
  type UpstreamBody,
  upstreamBody,
  upstreamEmbedding,
  upstreamEmbeddingBody,
} from '@isobit/apis/upstream';
import { isCoded, limits } from '@isobit/core';
import {
  aborted,
  type ExecuteOptions,
  type Execution,
  exactError,
  type LoadedModel,
  type Runtime,
} from '@isobit/exact';
import { modelId } from '@isobit/model';
import { fast, ofKind, type Request, upstreamEngineName, usageOf } from '@isobit/receipt';
import { upstreamError } from './errors.ts';
import { createEventReader } from './event-reader.ts';
import type { Server, ServerAnswer } from './server.ts';
import { textOf } from './server-errors.ts';

export interface UpstreamRuntimeOptions {
  readonly server: Server;
  /** What kind of server it is. */
  readonly kind: string;
  /** What the server calls each model, by the model's id. */
  readonly names: ReadonlyMap<string, string>;
  /** Questions under way at once. Default `limits.upstreamRuns`. */
  readonly maxRunning?: number;
  /** Told the code with which the server failed a question, and nothing of what was said. */
  readonly onFailure?: (code: string) => void;
}

/** When a question may come again that found too many under way. */
const RETRY_MS = 1_000;

/**
 * A server behind this worker as a runtime of profile `fast` (specs/upstream.md): it gives words, nobody knows of which
 * model. The server stays the caller's to dispose of.
 */
export function createUpstreamRuntime({
  server,
  kind,
  names,
  maxRunning = limits.upstreamRuns,
  onFailure,
}: UpstreamRuntimeOptions): Runtime {
  let running = 0;
  let isDisposed = false;

  async function execute(model: Model, request: Request, options: ExecuteOptions): Promise<Execution> {
    if (isDisposed) throw exactError('RUNTIME_DISPOSED', 'the upstream was disposed of');
    if (options.trace) throw exactError('TRACE_UNAVAILABLE', 'a server behind a worker keeps no trace');
    if (options.signal?.aborted) throw aborted('the run', options.signal);
    if (running >= maxRunning)
      throw exactError('QUEUE_FULL', `${running} questions are under way at the server behind this worker`, {
        retryAfterMs: RETRY_MS,
      });
    running++;
    try {
      return await (model.embeds ? embed : tell)({ server, kind, name: model.name }, request, options);
    } catch (error) {
      if (options.signal?.aborted) throw aborted('the run', options.signal);
      if (isCoded(error) && isServers(error.code)) onFailure?.(error.code);
      throw error;
    } finally {
      running--;
    }
  }

  return {
    profile: fast,
    engine: { name: upstreamEngineName, version: kind },
    isRemote: true,
    takes: (manifest) => names.has(modelId(manifest)),
    async load({ manifest }): Promise<LoadedModel> {
      const name = names.get(modelId(manifest));
      const embeds = manifest.task === 'text-embedding';
      if (name === undefined)
        throw exactError(
          'MODEL_NOT_ALLOWED',
          `the server behind this worker has no model "${manifest.title}"`,
        );
      return {
        execute: (request, options = {}) => execute({ name, embeds }, request, options),
        [Symbol.asyncDispose]: async () => {},
      };
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true;
    },
  };
}

/** Codes that speak of the server, and not of the request. */
const isServers = (code: string): boolean =>
  (code.startsWith('UPSTREAM_') && code !== 'UPSTREAM_REFUSED') ||
  code === 'API_ANSWER' ||
  code === 'API_LIMIT';

interface Model {
  /** What the server calls it. */
  readonly name: string;
  /** Whether it gives embeddings, and no words. */
  readonly embeds: boolean;
}

interface Asked {
  readonly server: Server;
  readonly kind: string;
  readonly name: string;
}

/** Asks, and reads the answer; whatever goes wrong while it is read, the server is told to stop. */
async function asked<T>(
  server: Server,
  { path, body }: UpstreamBody,
  signal: AbortSignal | undefined,
  read: (answer: ServerAnswer) => Promise<T>,
): Promise<T> {
  const leave = new AbortController();
  const either = AbortSignal.any([leave.signal, ...(signal ? [signal] : [])]);
  try {
    return await read(await server.post(path, body, either));
  } catch (error) {
    leave.abort();
    throw error;
  }
}

async function tell(
  { server, kind, name }: Asked,
  request: Request,
  { signal, onPiece }: ExecuteOptions,
): Promise<Execution> {
  const text = ofKind(request, 'text');
  const reply = createUpstreamReply({ request: text, model: name });
  return asked(server, upstreamBody(text, { model: name, kind }), signal, async (answer) => {
    for await (const chunk of chunksOf(answer)) for (const piece of reply.chunk(chunk)) onPiece?.(piece);
    const { pieces, response } = reply.end();
    for (const piece of pieces) onPiece?.(piece);
    return { response, usage: usageOf(request, response) };
  });
}

async function embed(
  { server, kind, name }: Asked,
  request: Request,
  { signal }: ExecuteOptions,
): Promise<Execution> {
  const texts = ofKind(request, 'embedding');
  return asked(server, upstreamEmbeddingBody(texts, { model: name, kind }), signal, async (answer) => {
    const json = jsonOf(await textOf(answer.bytes, limits.upstreamStreamBytes));
    const response = upstreamEmbedding(json, { request: texts, model: name });
    return { response, usage: usageOf(request, response) };
  });
}

/** The end mark of a stream. */
const DONE = '[DONE]';

async function* chunksOf(answer: ServerAnswer): AsyncGenerator<unknown> {
  if (answer.type !== 'text/event-stream')
    throw upstreamError('UPSTREAM_ANSWER', 'the server answers with something that is no stream of events');
  const reader = createEventReader();
  let isDone = false;
  for await (const bytes of answer.bytes) {
    for (const data of reader.push(bytes)) {
      isDone ||= data === DONE;
      if (!isDone) yield jsonOf(data);
    }
    if (isDone) break;
  }
  if (isDone) answer.drain();
  else for (const data of reader.end()) if (data !== DONE) yield jsonOf(data);
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // The cause would quote what the server said.
    throw upstreamError('UPSTREAM_ANSWER', 'the server sends something that is no JSON');
  }
}
