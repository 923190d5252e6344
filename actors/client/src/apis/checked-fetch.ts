import { decodeBody } from '@isobit/apis';
import { limits } from '@isobit/core';
import type { Request as CanonicalRequest, Evidence } from '@isobit/receipt';
import type { Verdict } from '@isobit/verify';
import type { Check } from '../check.ts';
import { AnswerError, clientError } from '../errors.ts';
import type { NodeApi, ResolvedModel } from '../node-api.ts';
import type { CheckedResponse, RequestOptions } from '../question.ts';
import { readBody } from '../read-body.ts';
import { answerEmbedding } from './answer-embedding.ts';
import { answerText } from './answer-text.ts';
import { errorBody } from './error-answer.ts';
import { textApis } from './text-api.ts';

/** An answer that was checked, whatever came out. */
export interface CheckedAnswer {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  /** False where it was withheld. */
  readonly holds: boolean;
}

export interface CheckedFetchSettings {
  /**
   * `provisional`: words of a stream are given as they come, and its calls, finish reason and end only once the answer
   * is checked; a refuted one ends in an error. `verified`: nothing is given before that. `provisional` when absent.
   */
  readonly stream?: 'provisional' | 'verified';
  /** Told of each answer through `fetch`, also of one that is withheld: the place to keep evidence. */
  readonly onAnswer?: (answer: CheckedAnswer) => void;
}

export interface CheckedFetchOptions extends CheckedFetchSettings {
  readonly api: NodeApi;
  readonly ask: (
    request: CanonicalRequest,
    model: ResolvedModel,
    options?: RequestOptions,
  ) => Promise<CheckedResponse>;
  readonly check: Check;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (n: number) => Uint8Array;
}

/** A body of an API and what it is answered with. */
export interface Asked {
  readonly json: unknown;
  readonly signal: AbortSignal;
}

/** Routes that hold no answer of a model: they go to the node as they are. */
const PLAIN = /^\/v1\/models(\/[^/]+)?$/;

/**
 * A `fetch` for packages that speak OpenAI's API. It makes the canonical request itself, with a salt and a nonce of its own,
 * asks the node for a job, checks the answer and says in the API's words what it holds: no word of a gateway is taken.
 *
 * What cannot be answered is a response with an error of the API: 424 with the code `ANSWER_REFUTED` or
 * `ANSWER_UNCHECKED` and the claim where an answer is withheld, the node's own status where it refused. Other paths than
 * `/v1/chat/completions`, `/v1/completions`, `/v1/embeddings` and `/v1/models` are 404 `ROUTE_UNCHECKED`.
 */
export function createCheckedFetch(options: CheckedFetchOptions): typeof fetch {
  const { api, check, onAnswer = () => {} } = options;
  const tellingAsk: CheckedFetchOptions['ask'] = async (request, model, how) => {
    try {
      const answered = await options.ask(request, model, how);
      const { evidence, verdict } = answered;
      onAnswer({ evidence, verdict, holds: true });
      return answered;
    } catch (error) {
      if (error instanceof AnswerError)
        onAnswer({ evidence: error.evidence, verdict: error.verdict, holds: false });
      throw error;
    }
  };
  const told = { ...options, ask: tellingAsk };

  async function answer(request: Request): Promise<Response> {
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
    return text ? answerText(text, asked, told) : answerEmbedding(asked, told);
  }

  return async (input, init) => {
    const request = new Request(input, init);
    try {
      return await answer(request);
    } catch (error) {
      request.signal.throwIfAborted();
      const found = errorBody(error, check);
      if (!found) throw error;
      const { status, body, headers } = found;
      return Response.json(body, { status, headers });
    }
  };
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
