import { limits } from '@isobit/core';
import { Pool } from 'undici';
import { upstreamError } from './errors.ts';
import { brokenOff, connectionError, statusError } from './server-errors.ts';

export interface ServerOptions {
  /** Base URL, such as `http://127.0.0.1:11434/v1`: the operator's choice, so it may be in a private network. */
  readonly url: string;
  /** Sent as a bearer token, to this server alone. */
  readonly key?: string;
  /** Longest silence of the server, milliseconds. Default `limits.upstreamStallMs`. */
  readonly stallMs?: number;
}

/** An answer of the server with status 200. */
export interface ServerAnswer {
  /** Media type without parameters, in small letters. */
  readonly type: string;
  /**
   * The bytes as they come. Left early, the connection is given up.
   *
   * @throws CodedError `UPSTREAM_STALLED`, `UPSTREAM_ANSWER` where it breaks off
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Reads what little is left, so that the connection serves the next question. */
  drain(): void;
}

/** A server that speaks OpenAI's API (specs/upstream.md section 7). Redirects are not followed. */
export interface Server extends AsyncDisposable {
  readonly stallMs: number;
  get(path: string, signal?: AbortSignal): Promise<ServerAnswer>;
  /** @throws CodedError of `UpstreamErrorCode`; the reason of `signal` */
  post(path: string, body: object, signal?: AbortSignal): Promise<ServerAnswer>;
}

/** A visible ASCII text: what a header can hold. */
const KEY = /^[\x21-\x7e]{1,4096}$/;
/** Behind the end mark of a stream stands at most an empty line. */
const LEFT_BYTES = 4_096;

/** @throws CodedError `UPSTREAM_OPTION` */
export function openServer({ url, key, stallMs = limits.upstreamStallMs }: ServerOptions): Server {
  if (!isBase(url))
    throw upstreamError(
      'UPSTREAM_OPTION',
      'the base URL of an upstream is http or https without user, query and fragment, such as http://127.0.0.1:11434/v1',
    );
  if (key !== undefined && !KEY.test(key))
    throw upstreamError('UPSTREAM_OPTION', 'the key of the upstream is no text of visible ASCII characters');
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, {
    connections: limits.upstreamRuns,
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
    connect: { timeout: Math.min(stallMs, CONNECT_MS) },
  });

  async function ask(
    method: 'GET' | 'POST',
    path: string,
    { accept, body, signal }: { accept: string; body?: string; signal?: AbortSignal | undefined },
  ): Promise<ServerAnswer> {
    const answer = await pool
      .request({
        method,
        path: `${base}/${path}`,
        headers: {
          accept,
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
      })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw connectionError(error, stallMs);
      });
    // Whoever leaves a body early is not told again that it ended early.
    answer.body.on('error', () => undefined);
    if (answer.statusCode !== 200) throw await statusError(answer);
    const [type = ''] = String(answer.headers['content-type'] ?? '').split(';');
    return {
      type: type.trim().toLowerCase(),
      bytes: bytesOf(answer.body, stallMs, signal),
      drain: () => void answer.body.dump({ limit: LEFT_BYTES }).catch(() => undefined),
    };
  }

  return {
    stallMs,
    get: (path, signal) => ask('GET', path, { accept: 'application/json', signal }),
    post: (path, body, signal) =>
      ask('POST', path, {
        accept: 'text/event-stream, application/json',
        body: JSON.stringify(body),
        signal,
      }),
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

function isBase(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, search, hash } = new URL(url);
  return ['http:', 'https:'].includes(protocol) && username + password + search + hash === '';
}

/** Time for a connection: a machine that is off answers nothing. */
const CONNECT_MS = 10_000;

type Body = Awaited<ReturnType<Pool['request']>>['body'];

/** Leaves the body to `drain` when its reader stops, and gives it up where it fails. */
async function* bytesOf(
  body: Body,
  stallMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal?.throwIfAborted();
    throw brokenOff(error, stallMs);
  }
}
