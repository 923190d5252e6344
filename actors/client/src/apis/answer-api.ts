import { decodeBody } from '@isobit/apis';
import { limits } from '@isobit/core';
import { clientError } from '../errors.ts';
import { readBody } from '../read-body.ts';
import { answerEmbedding } from './answer-embedding.ts';
import { answerText } from './answer-text.ts';
import type { CheckedFetchOptions } from './checked-fetch.ts';
import { errorBody } from './error-answer.ts';
import { textApis } from './text-api.ts';

/** A body of an API that has come. */
export interface Asked {
  readonly json: unknown;
  readonly signal: AbortSignal;
}

/** Routes that hold no answer of a model: they go to the node as they are. */
const PLAIN = /^\/v1\/models(\/[^/]+)?$/;

/** Answers what a package sends, or says in its API's words why not. Rejects for an abort, and where no node is there. */
export async function answerApi(request: Request, options: CheckedFetchOptions): Promise<Response> {
  try {
    return await answer(request, options);
  } catch (error) {
    request.signal.throwIfAborted();
    const found = errorBody(error, options.check);
    if (!found) throw error;
    const { status, body, headers } = found;
    return Response.json(body, { status, headers });
  }
}

async function answer(request: Request, options: CheckedFetchOptions): Promise<Response> {
  const { api } = options;
  const path = pathOf(request.url, api.baseUrl);
  if (request.method === 'GET' && PLAIN.test(path)) return api.request(path, { signal: request.signal });
  const text = textApis.get(path);
  if (request.method !== 'POST' || !(text || path === '/v1/embeddings'))
    throw clientError(
      'ROUTE_UNCHECKED',
      `${request.method} ${path} is no route whose answers are checked: ask without this client's fetch`,
    );
  const bytes = await readBody(new Response(request.body), limits.apiBytes, request.signal);
  const asked: Asked = { json: decodeBody(bytes), signal: request.signal };
  return text ? answerText(text, asked, options) : answerEmbedding(asked, options);
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
