import { readBody } from '@isobit/client';
import { isCoded, limits } from '@isobit/core';
import { parseTilePath, type ReadPublic } from '@isobit/log';
import { cliError } from '../errors.ts';

/** A bundle of 256 entries of the longest kind is the largest public file. */
const MAX_FILE = 256 * (limits.logEntryBytes + 2);
const IDLE_MS = 30_000;
const ATTEMPTS = 3;

/** Reads a log's public files over HTTP. What a busy server refuses is asked for again. */
export function readHttp(url: string): ReadPublic {
  const base = logBase(url);
  return async (path, signal) => {
    if (path !== 'checkpoint' && !parseTilePath(path)) return undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        return await get(`${base}/${path}`, MAX_FILE, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (attempt === ATTEMPTS || !isCoded(error)) throw error;
      }
    }
  };
}

/** The address without its file: people paste the checkpoint's. */
export const logBase = (url: string): string =>
  url.replace(/[?#].*$/s, '').replace(/\/(?:checkpoint|key)?$/, '');

/** Undefined for 404. @throws CodedError `LOG_UNREACHABLE` */
export async function get(
  url: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const unreachable = (why: string, cause?: unknown) =>
    cliError('LOG_UNREACHABLE', `${url} can't be read: ${why}`, cause);
  const limit = AbortSignal.timeout(IDLE_MS);
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) throw unreachable(`it answers ${response.status}`);
    return await readBody(response, maxBytes);
  } catch (error) {
    signal?.throwIfAborted();
    if (isCoded(error)) throw error;
    throw unreachable(
      limit.aborted ? `nothing came for ${IDLE_MS / 1000} s` : 'nobody answers there, or with a redirect',
      error,
    );
  }
}
