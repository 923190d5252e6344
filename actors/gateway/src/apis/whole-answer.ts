import { utf8 } from '@isobit/core';
import type { Exchange } from '../exchange.ts';

/** An answer in one body of JSON. */
export function wholeAnswer(body: object, exchange: Exchange, headers: Record<string, string>): Response {
  const bytes = utf8(JSON.stringify(body));
  exchange.add(bytes);
  exchange.end();
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...headers, 'content-type': 'application/json' },
  });
}
