import { limits, utf8 } from '@isobit/core';

/**
 * True for an `http:` or `https:` URL in its normal spelling (the last `/` may be left out) with no user,
 * password, query or fragment: what paths are appended to.
 */
export function isBaseUrl(value: unknown): value is string {
  if (typeof value !== 'string' || utf8(value).length > limits.offerUrlBytes || !URL.canParse(value))
    return false;
  const { href, protocol, username, password, search, hash } = new URL(value);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  if (username || password || search || hash) return false;
  return href === value || href === `${value}/`;
}
