import { printable } from '@isobit/core';
import { pageError } from '../errors.ts';

/** The base URL of a node as a visitor types it. @throws CodedError `NODE_INVALID` */
export function nodeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash)
    return url.href;
  throw pageError(
    'NODE_INVALID',
    `"${printable(text)}" is no address of a node: write it like http://127.0.0.1:4620`,
  );
}
