import { isCoded, printable } from '@isobit/core';
import { type HubErrorCode, storeError } from '../errors.ts';
import type { HubAnswer } from './transport.ts';

/**
 * What a status that is no success means.
 *
 * @param asked what was asked for, such as `org/repo`, and whether a token was kept back from plain http
 */
export function refusalOf(
  answer: HubAnswer,
  { what, endpoint, withheld }: { what: string; endpoint: string; withheld: boolean },
): Error {
  const { status } = answer;
  const remedy = withheld
    ? 'a token is never sent over plain http, so set HF_ENDPOINT to an https address'
    : 'set HF_TOKEN to a token of an account that may';
  const stated = answer.header('x-error-code');
  const refused = (code: HubErrorCode, message: string, details = {}): Error =>
    storeError(code, message, { status, ...details });
  if (stated === 'GatedRepo')
    return refused('HUB_GATED', `${what} is gated: accept its terms at ${endpoint}, then ${remedy}`);
  if (stated === 'RepoNotFound' || (status === 404 && stated === undefined))
    return refused(
      'HUB_UNKNOWN',
      `${endpoint} has no ${what}, or it is private: check the name; if it is private, ${remedy}`,
    );
  if (stated === 'RevisionNotFound')
    return refused('HUB_UNKNOWN', `${what} has no such revision: check the branch, tag or commit behind @`);
  if (status === 404) return refused('HUB_UNKNOWN', `${endpoint} has no ${what}: ${reasonOf(answer)}`);
  if (status === 401 || status === 403)
    return refused('HUB_TOKEN', `${endpoint} does not show ${what} (${reasonOf(answer)}): ${remedy}`);
  if (isBusy(status)) {
    const ms = retryAfterMs(answer);
    return refused(
      'HUB_BUSY',
      `${endpoint} is overloaded or broken (${status}): try again later`,
      ms === undefined ? {} : { retryAfterMs: ms },
    );
  }
  return refused('HUB_PROTOCOL', `${endpoint} answers ${status} for ${what}: is it a hub?`);
}

const reasonOf = (answer: HubAnswer): string =>
  printable(answer.header('x-error-message') ?? `status ${answer.status}`, 200);

export const isBusy = (status: number): boolean => status === 429 || status >= 500;

/** Milliseconds, from `Retry-After` in seconds; undefined where it is absent or a date. */
export function retryAfterMs(answer: HubAnswer): number | undefined {
  const text = answer.header('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined;
}

/** The connection failed: coded errors and the caller's own abort pass through. */
export function unreachable(endpoint: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (isCoded(error, 'ADDRESS_REFUSED'))
    return storeError(
      'HUB_REDIRECT',
      `${endpoint} redirects into a private network, where it has no business: ${error.message}`,
      {},
      { cause: error },
    );
  if (isCoded(error)) return error;
  const code = String((error as { code?: unknown } | null)?.code ?? 'no code');
  return storeError(
    'HUB_UNREACHABLE',
    `the connection to ${endpoint} failed (${code}): check the network and HF_ENDPOINT, and try again`,
    { code },
    { cause: error },
  );
}
