import { getConnInfo } from '@hono/node-server/conninfo';
import { sha256, toHex, utf8 } from '@isobit/core';
import { type Asker, bearerToken, errorAnswer, gatewayError, shownToken, tokenCheck } from '@isobit/gateway';
import type { Context, MiddlewareHandler } from 'hono';
import type { Identity } from '../identity.ts';
import type { KeyRing, ShownKey } from '../keys/key-ring.ts';
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

export interface AccessOptions {
  /** Keys of the command line, without limits of their own. */
  readonly keys: NodeOptions['keys'];
  readonly operatorToken: Identity['operatorToken'];
  readonly ring: Pick<KeyRing, 'find'>;
}

/** Throws `RangeError` for a key that can be guessed. */
export function createAccess({ keys, operatorToken, ring }: AccessOptions): Access {
  const isOperator = tokenCheck({ tokens: [operatorToken] });
  const check = bearerToken({
    tokens: [...keys, operatorToken],
    wanted: "a key that the node's operator made (isobit keys create)",
  });

  /** Each request is asked about twice. */
  const shown = new WeakMap<Request, { readonly key: ShownKey | undefined }>();
  function shownKey({ req: { raw } }: Context): ShownKey | undefined {
    let known = shown.get(raw);
    if (!known) {
      const token = shownToken(raw.headers);
      known = { key: token === undefined ? undefined : ring.find(token) };
      shown.set(raw, known);
    }
    return known.key;
  }

  /** A key that is past its time says nothing of who asks. */
  function allowanceOf(c: Context): Pick<Asker, 'allowance'> {
    const key = shownKey(c);
    return key && !key.isExpired ? { allowance: key.allowance } : {};
  }

  return {
    isOperator: (c) => isOperator(c.req.raw.headers),
    isPrivileged: (c) => isLocal(c) || isOperator(c.req.raw.headers),
    askerOf: (c) =>
      isLocal(c)
        ? { id: 'local', isCounted: false, ...allowanceOf(c) }
        : {
            id: `key ${toHex(sha256(utf8(shownToken(c.req.raw.headers) ?? '')))}`,
            isCounted: true,
            ...allowanceOf(c),
          },
    async keyForStrangers(c, next) {
      if (isLocal(c)) return next();
      const key = shownKey(c);
      if (!key) return check(c, next);
      return key.isExpired ? expired(c) : next();
    },
  };
}

const expired = (c: Context): Response =>
  errorAnswer(
    gatewayError(
      'KEY_EXPIRED',
      "the key that was sent is past its time: ask the node's operator for another",
    ),
    c.req.path,
  );
