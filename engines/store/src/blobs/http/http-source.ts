import { limits } from '@isobit/core';
import { blockCount } from '@isobit/model';
import { Agent, type Dispatcher } from 'undici';
import { storeError } from '../../errors.ts';
import { type BlobRange, fillSink, type Source } from '../pull/source.ts';
import { createDirectRanges } from './direct/direct-ranges.ts';
import { guardedConnector } from './guarded-connect.ts';
import { checkStatus, ioError, protocolError } from './http-errors.ts';

export interface HttpSourceOptions {
  /** `http:` or `https:` URL under which the peer serves `/blobs/`. */
  readonly url: string;
  /** Lets the URL lead to loopback, private and link-local addresses. False unless the operator says so. */
  readonly allowPrivate?: boolean;
  /** Longest wait for a connection, for the head of an answer, and between two chunks, in milliseconds. */
  readonly idleMs?: number;
}

/** A `Source` over HTTP Range (specs/blobs.md). It keeps its connections until it is disposed. */
export interface HttpSource extends Source, AsyncDisposable {}

/** @throws CodedError `ADDRESS_REFUSED` for a URL that is not http(s), or carries a user, a query or a fragment */
export function createHttpSource({
  url,
  allowPrivate = false,
  idleMs = limits.pullIdleMs,
}: HttpSourceOptions): HttpSource {
  const base = baseUrl(url);
  const agent = new Agent({
    connect: allowPrivate ? { timeout: idleMs } : guardedConnector(idleMs),
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
    pipelining: 1,
  });
  const get = async (
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    try {
      // undici follows no redirect unless it is given an interceptor for it.
      const answer = await agent.request({
        origin: base.origin,
        path: `${base.pathname}${path}`,
        method: 'GET',
        headers,
        signal,
      });
      // A body that is given up emits its error even when nobody reads it any more.
      answer.body.on('error', () => undefined);
      return answer;
    } catch (error) {
      throw ioError(base.href, error, signal);
    }
  };

  // With TLS most of the time goes elsewhere, and reading it is best left to a library.
  const direct = base.protocol === 'http:' ? createDirectRanges(base, allowPrivate) : undefined;
  let isPlain = direct !== undefined;

  const source: HttpSource = {
    name: base.href,

    async leaves(root, size, signal) {
      const expected = blockCount(size) * 32;
      const answer = await get(`blobs/${root}/leaves`, { 'accept-encoding': 'identity' }, signal);
      await checkStatus(base.href, answer, 200);
      const bytes = new Uint8Array(expected);
      let filled = 0;
      for await (const chunk of bodyOf(base.href, answer, expected, signal)) {
        bytes.set(chunk, filled);
        filled += chunk.length;
      }
      return bytes;
    },

    async *range({ root, size, start, end }: BlobRange, signal) {
      const headers = { 'accept-encoding': 'identity', range: `bytes=${start}-${end - 1}` };
      const answer = await get(`blobs/${root}`, headers, signal);
      await checkStatus(base.href, answer, 206);
      const stated = answer.headers['content-range'];
      if (stated !== `bytes ${start}-${end - 1}/${size}`) {
        answer.body.destroy();
        throw protocolError(
          base.href,
          `asked for bytes ${start}-${end - 1}/${size}, it answered with "${String(stated).slice(0, 80)}"`,
        );
      }
      yield* bodyOf(base.href, answer, end - start, signal);
    },

    async into(range, sink, signal) {
      try {
        if (isPlain && (await direct?.read(range, sink, signal)) === 'read') return;
      } catch (error) {
        throw ioError(base.href, error, signal);
      }
      for await (const chunk of source.range(range, signal)) if (!(await fillSink(sink, chunk))) return;
      // It answers well, and in another way than the one that is read directly: it will do so again.
      isPlain = false;
    },

    async [Symbol.asyncDispose]() {
      direct?.[Symbol.dispose]();
      await agent.destroy();
    },
  };
  return source;
}

/** The body, which must have exactly `expected` bytes. The connection is closed when the reader stops early. */
async function* bodyOf(
  name: string,
  answer: Dispatcher.ResponseData,
  expected: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { body, headers } = answer;
  try {
    if (headers['content-encoding'])
      throw protocolError(name, 'it encoded bytes that are to travel as they are');
    const stated = headers['content-length'];
    if (stated !== undefined && stated !== String(expected)) {
      throw protocolError(
        name,
        `${expected} bytes were asked for, it announced ${String(stated).slice(0, 40)}`,
      );
    }
    let seen = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      seen += chunk.length;
      if (seen > expected)
        throw protocolError(name, `it sent more than the ${expected} bytes that were asked for`);
      yield chunk;
    }
    if (seen < expected)
      throw storeError(
        'SOURCE_IO',
        `${name} ended after ${seen} of ${expected} bytes: it will be asked again`,
        { seen, expected },
      );
  } catch (error) {
    throw ioError(name, error, signal);
  } finally {
    body.destroy();
  }
}

function baseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!plain || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw storeError(
      'ADDRESS_REFUSED',
      `"${text.slice(0, 120)}" is no plain http or https address: correct the source's URL`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
