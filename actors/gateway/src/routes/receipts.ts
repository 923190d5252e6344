import { isHex32 } from '@isobit/core';
import { decodeEvidence, receiptKind } from '@isobit/receipt';
import type { Hono } from 'hono';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { queryOf } from '../query.ts';

/**
 * `GET /v1/receipts/{ref}` and `GET /v1/evidence/{ref}`, by digest of the receipt or id of an answer (specs/http.md
 * section 3.2): the documents only for who asked the question, and only while the answer is recent.
 */
export function receiptRoutes(app: Hono, { recent, receipts, askerOf }: GatewayContext): void {
  app.get('/v1/receipts/:ref', async (c) => {
    queryOf(c.req.url);
    const ref = c.req.param('ref');
    const kept = recent.get(ref);
    const bytes = kept
      ? receiptKind.encode(decodeEvidence(kept.evidence()).receipt)
      : isHex32(ref) && (await receipts.receipt(ref));
    if (bytes) return canonical(bytes);
    throw unknown(ref);
  });
  app.get('/v1/evidence/:ref', async (c) => {
    queryOf(c.req.url);
    const ref = c.req.param('ref');
    const kept = recent.get(ref);
    const own = kept?.asker === askerOf(c)?.id ? kept?.evidence() : undefined;
    const digest = kept?.digest ?? ref;
    const bytes = own ?? (isHex32(digest) && (await receipts.evidence(digest)));
    if (bytes) return canonical(bytes);
    throw unknown(ref);
  });
}

const canonical = (bytes: Uint8Array): Response =>
  new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });

const unknown = (ref: string) =>
  gatewayError(
    'RECEIPT_UNKNOWN',
    `no receipt or recent answer "${ref.slice(0, 80)}" is here: evidence of answers is kept for a while, and only for who asked`,
  );
