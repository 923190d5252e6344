import {
  anthropicCount,
  anthropicMessages,
  type ClientDemands,
  decodeBody,
  type EmbeddingApi,
  ollamaChat,
  ollamaEmbed,
  ollamaGenerate,
  openAiChat,
  openAiCompletion,
  openAiEmbedding,
  openAiResponses,
  readDemands,
  type TextApi,
} from '@isobit/apis';
import { limits } from '@isobit/core';
import { clientError } from '../errors.ts';
import { readBody } from '../read-body.ts';
import { answerEmbedding } from './answer-embedding.ts';
import { answerText } from './answer-text.ts';
import type { CheckedFetchOptions } from './checked-fetch.ts';
import { errorBody } from './error-answer.ts';

/** A body of an API that has come. */
export interface Asked {
  readonly json: unknown;
  /** What its headers demand of whoever answers (specs/apis.md section 8). */
  readonly demands: ClientDemands;
  readonly signal: AbortSignal;
}

/** By the path behind the node's address. */
const APIS: ReadonlyMap<string, TextApi | EmbeddingApi> = new Map<string, unknown>([
  ['/v1/chat/completions', openAiChat],
  ['/v1/completions', openAiCompletion],
  ['/v1/responses', openAiResponses],
  ['/v1/embeddings', openAiEmbedding],
  ['/v1/messages', anthropicMessages],
  ['/v1/messages/count_tokens', anthropicCount],
  ['/api/chat', ollamaChat],
  ['/api/generate', ollamaGenerate],
  ['/api/embed', ollamaEmbed],
]) as ReadonlyMap<string, TextApi | EmbeddingApi>;

/** Routes that hold no answer of a model: they go to the node as they are. */
const PLAIN = /^(GET \/v1\/models(\/[^/]+)?|GET \/api\/(tags|ps|version)|POST \/api\/show)$/;

/** Answers what a package sends, or says in its API's words why not. Rejects for an abort, and where no node is there. */
export async function answerApi(request: Request, options: CheckedFetchOptions): Promise<Response> {
  let api: TextApi | EmbeddingApi = openAiChat;
  try {
    const path = pathOf(request.url, options.api.baseUrl);
    api = APIS.get(path) ?? api;
    return await answer(request, path, options);
  } catch (error) {
    request.signal.throwIfAborted();
    const found = errorBody(error, options.check, api);
    if (!found) throw error;
    const { status, body, headers } = found;
    return Response.json(body, { status, headers });
  }
}

async function answer(request: Request, path: string, options: CheckedFetchOptions): Promise<Response> {
  const { method, signal } = request;
  const api = APIS.get(path);
  const isPlain = PLAIN.test(`${method} ${path}`);
  if (!isPlain && (method !== 'POST' || !api))
    throw clientError(
      'ROUTE_UNCHECKED',
      `${method} ${path} is no route whose answers are checked: ask without this client's fetch`,
    );
  const bytes = await readBody(new Response(request.body), limits.apiBytes, signal);
  if (!api)
    return options.api.request(path, {
      method,
      signal,
      ...(bytes.length > 0
        ? { body: bytes as BodyInit, headers: { 'content-type': 'application/json' } }
        : {}),
    });
  const asked: Asked = { json: decodeBody(bytes), demands: readDemands(request.headers), signal };
  return 'plain' in api ? answerText(api, asked, options) : answerEmbedding(api, asked, options);
}

/** The path behind the node's address. */
function pathOf(url: string, baseUrl: string): string {
  const { origin, pathname } = new URL(url);
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  if (origin === base.origin && pathname.startsWith(`${prefix}/`)) return pathname.slice(prefix.length);
  throw clientError(
    'ROUTE_UNCHECKED',
    `${origin} is not the node that this client asks, ${baseUrl}: give the package the node's address and /v1 as its base URL`,
  );
}
