import { createUpstreamReply, upstreamBody } from '@isobit/apis/upstream';
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

  async function execute(name: string, request: Request, options: ExecuteOptions): Promise<Execution> {
    if (isDisposed) throw exactError('RUNTIME_DISPOSED', 'the upstream was disposed of');
    if (options.trace) throw exactError('TRACE_UNAVAILABLE', 'a server behind a worker keeps no trace');
    if (options.signal?.aborted) throw aborted('the run', options.signal);
    if (running >= maxRunning)
      throw exactError('QUEUE_FULL', `${running} questions are under way at the server behind this worker`, {
        retryAfterMs: RETRY_MS,
      });
    running++;
    try {
      return await ask({ server, kind, name }, request, options);
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
      if (name === undefined)
        throw exactError(
          'MODEL_NOT_ALLOWED',
          `the server behind this worker has no model "${manifest.title}"`,
        );
      return {
        execute: (request, options = {}) => execute(name, request, options),
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

interface Asked {
  readonly server: Server;
  readonly kind: string;
  readonly name: string;
}

async function ask(
  { server, kind, name }: Asked,
  request: Request,
  { signal, onPiece }: ExecuteOptions,
): Promise<Execution> {
  const text = ofKind(request, 'text');
  const { path, body } = upstreamBody(text, { model: name, kind });
  const reply = createUpstreamReply({ request: text, model: name });
  // Whatever goes wrong while it is read, the server is told to stop.
  const leave = new AbortController();
  try {
    const answer = await server.post(
      path,
      body,
      AbortSignal.any([leave.signal, ...(signal ? [signal] : [])]),
    );
    for await (const chunk of chunksOf(answer)) for (const piece of reply.chunk(chunk)) onPiece?.(piece);
    const { pieces, response } = reply.end();
    for (const piece of pieces) onPiece?.(piece);
    return { response, usage: usageOf(request, response) };
  } catch (error) {
    leave.abort();
    throw error;
  }
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
    throw upstreamError('UPSTREAM_ANSWER', 'the server sends an event that is no JSON');
  }
}
