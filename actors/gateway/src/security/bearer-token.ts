import { sha256, utf8 } from '@isobit/core';
import type { MiddlewareHandler } from 'hono';
import { errorAnswer } from '../error-answer.ts';
import { gatewayError } from '../errors.ts';

/** Shorter ones can be guessed; 22 characters of base64 are 128 bits. */
const SHORTEST_TOKEN = 22;

/** Compares in a time that depends on neither: digests have one length, and every byte is looked at. */
function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

export interface BearerTokenOptions {
  /** Any of which passes. Each at least 22 characters; `RangeError` otherwise, and for an empty list. */
  readonly tokens: readonly string[];
  /** What a refusal tells to send; the operator's token otherwise. */
  readonly wanted?: string;
}

const TOKEN = /^[\x21-\x7e]{1,512}$/;

/** The token that a request shows, if it shows one: as a bearer's, or as clients of Anthropic's API show theirs. */
export function shownToken(headers: Headers): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const token = bearer ?? headers.get('x-api-key') ?? '';
  return TOKEN.test(token) ? token : undefined;
}

/** Tells whether headers carry one of the tokens: for routes that show more to those who do. */
export function tokenCheck({ tokens }: Pick<BearerTokenOptions, 'tokens'>): (headers: Headers) => boolean {
  if (tokens.length === 0) throw new RangeError('give at least one token: without one nobody could pass');
  if (tokens.some((token) => token.length < SHORTEST_TOKEN)) {
    throw new RangeError(`a token has at least ${SHORTEST_TOKEN} characters`);
  }
  const digests = tokens.map((token) => sha256(utf8(token)));
  return (headers) => {
    const digest = sha256(utf8(shownToken(headers) ?? ''));
    return digests.map((known) => sameDigest(known, digest)).includes(true);
  };
}

/** Answers only requests that carry `Authorization: Bearer <one of the tokens>`; others are `401 TOKEN_REQUIRED`. */
export function bearerToken(options: BearerTokenOptions): MiddlewareHandler {
  const { wanted = "the token of the node's operator" } = options;
  const passes = tokenCheck(options);
  return async (c, next) => {
    const { headers } = c.req.raw;
    if (passes(headers)) return next();
    const what =
      shownToken(headers) === undefined ? 'needs a token' : 'needs another token than the one given';
    return errorAnswer(
      gatewayError('TOKEN_REQUIRED', `this route ${what}: send Authorization: Bearer and ${wanted}`),
      c.req.path,
    );
  };
}

/** `bearerToken` for the routes that only the operator may use. */
export const operatorToken = ({ token }: { readonly token: string }): MiddlewareHandler =>
  bearerToken({ tokens: [token] });
