import { getConnInfo } from '@hono/node-server/conninfo';
import { sha256, toHex, utf8 } from '@isobit/core';
import { type Asker, bearerToken, shownToken, tokenCheck } from '@isobit/gateway';
import type { Context, MiddlewareHandler } from 'hono';
import type { Identity } from '../identity.ts';
import type { NodeOptions } from '../options.ts';

/** Headers that a proxy adds: what comes through one comes from somewhere else. */
const PROXIED = ['forwarded', 'x-forwarded-for', 'x-real-ip'];
const LOOPBACK_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request was made on this machine, to this machine. One that cannot tell counts as not, and so does one
 * that a proxy on this machine handed on.
 */
export function isLocal(c: Context): boolean {
  const { headers } = c.req.raw;
  if (PROXIED.some((name) => headers.has(name)) || !LOOPBACK_HOST.test(headers.get('host') ?? ''))
    return false;
  try {
    const address = getConnInfo(c).remote.address ?? '';
    return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
  } catch {
    return false;
  }
}

export interface Access {
  /** Whether a request shows the operator's token. */
  isOperator(c: Context): boolean;
  /** Whether the asker may see what the node's user kept: from this machine, or with the operator token. */
  isPrivileged(c: Context): boolean;
  /** Jobs cost work: callers from other machines need one of the operator's keys (specs/http.md section 1). */
  readonly keyForStrangers: MiddlewareHandler;
  /**
   * Who asks, for what is kept for him alone: everybody on this machine is one, and each key from elsewhere. To be
   * asked only behind `keyForStrangers`, since a header proves nothing by itself.
   */
  askerOf(c: Context): Asker;
}

export function createAccess({ keys }: Pick<NodeOptions, 'keys'>, { operatorToken }: Identity): Access {
  const isOperator = tokenCheck({ tokens: [operatorToken] });
  const check = bearerToken({ tokens: [...keys, operatorToken] });
  return {
    isOperator: (c) => isOperator(c.req.raw.headers),
    isPrivileged: (c) => isLocal(c) || isOperator(c.req.raw.headers),
    askerOf: (c) =>
      isLocal(c)
        ? { id: 'local', isCounted: false }
        : { id: `key ${toHex(sha256(utf8(shownToken(c.req.raw.headers) ?? '')))}`, isCounted: true },
    keyForStrangers: (c, next) => (isLocal(c) ? next() : check(c, next)),
  };
}
