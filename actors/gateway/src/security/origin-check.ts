import type { MiddlewareHandler } from 'hono';
import { errorAnswer } from '../error-answer.ts';
import { gatewayError } from '../errors.ts';

export interface OriginCheckOptions {
  /** Origins of pages that may ask besides the node's own, such as `https://app.example`. */
  readonly origins?: readonly string[];
}

const METHODS = 'GET, HEAD, POST, PUT, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, If-Range, Inference-Header-Content-Length, Isobit-Check, Isobit-Deadline-Ms, Isobit-Exclude, Isobit-Max-Price, Isobit-Profile, Isobit-Worker, Range, X-Api-Key';
const ANSWER_HEADERS =
  'Accept-Ranges, Content-Range, ETag, Inference-Header-Content-Length, Isobit-Model, Isobit-Profile, Isobit-Receipt, Isobit-Salt, Retry-After, X-Request-Id';

/** Seconds for which a browser may remember a preflight's answer. */
const REMEMBER_S = '600';

/**
 * Answers only the node's own pages, those of allowed origins, and programs that are no page and send no `Origin`
 * (specs/http.md section 1): any other is `403 ORIGIN_REFUSED` before the route sees it. `null`, the origin that every
 * sandboxed page can take, is never allowed. To be used after `hostCheck`: a page is the node's own when its origin
 * is the `Host`.
 */
export function originCheck({ origins = [] }: OriginCheckOptions): MiddlewareHandler {
  const allowed = new Set(origins.map(originOf));
  return async (c, next) => {
    const headers = c.req.raw.headers;
    const origin = headers.get('origin');
    if (origin === null) return next();
    if (isOwn(origin, headers.get('host') ?? '')) return next();
    if (!allowed.has(origin)) {
      return errorAnswer(
        gatewayError(
          'ORIGIN_REFUSED',
          `a page of origin "${origin.slice(0, 120)}" asks, which the operator did not allow with --origin`,
        ),
        c.req.path,
      );
    }
    if (c.req.method === 'OPTIONS')
      return new Response(null, { status: 204, headers: preflight(origin, headers) });
    await next();
    c.res.headers.append('vary', 'Origin');
    c.res.headers.set('access-control-allow-origin', origin);
    c.res.headers.set('access-control-expose-headers', ANSWER_HEADERS);
    return;
  };
}

/** The origin of a configured URL, as browsers spell it. Throws `TypeError` for what is no web origin. */
function originOf(text: string): string {
  const { origin, protocol } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`"${text}" is no origin of web pages`);
  return origin;
}

function isOwn(origin: string, host: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  const own = `${page.protocol}//${host}`;
  return page.origin === origin && URL.canParse(own) && new URL(own).origin === origin;
}

/** What the API's own clients say of themselves: the language, the version, the number of the attempt. */
const OF_CLIENTS = /^(?:x-stainless-[a-z-]{1,40}|openai-[a-z-]{1,40}|anthropic-[a-z-]{1,40})$/;

/** The headers that a page may send: ours, and of those that it asks for the harmless ones of known clients. */
const allowedHeaders = (asked: Headers): string =>
  [
    REQUEST_HEADERS,
    ...(asked.get('access-control-request-headers') ?? '')
      .split(',', MOST_HEADERS)
      .map((name) => name.trim().toLowerCase())
      .filter((name) => OF_CLIENTS.test(name)),
  ].join(', ');

const MOST_HEADERS = 64;

function preflight(origin: string, asked: Headers): Headers {
  const headers = new Headers({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': allowedHeaders(asked),
    'access-control-max-age': REMEMBER_S,
    vary: 'Origin',
  });
  // A public page that asks a node on the reader's own machine: Chromium wants the node's consent by name.
  if (asked.get('access-control-request-private-network') === 'true') {
    headers.set('access-control-allow-private-network', 'true');
  }
  return headers;
}
