import { isHex32 } from '@isobit/core';
import { encodeEvidence, receiptKind } from '@isobit/receipt';
import type { Context, Hono } from 'hono';
import { nodeError } from '../../../errors.ts';
import type { NodeParts } from '../../../parts.ts';
import { evidenceOf, publicPart, receiptUnknown } from '../../../receipts/evidence-of.ts';
import type { Access } from '../../access.ts';
import { bytesAnswer, FOREVER } from '../../bytes-answer.ts';

/** `GET /receipts/{digest}` and `GET /evidence/{digest}`: this node's own, and those of answers it passed on. */
export function receiptRoutes(app: Hono, parts: NodeParts, { isPrivileged }: Access): void {
  app.get('/receipts/:digest', async (c) => {
    const digest = digestOf(c);
    const found = await parts.receipts.get(digest);
    if (!found) throw receiptUnknown(digest);
    return bytesAnswer(receiptKind.encode(found.receipt), 'application/json', { 'cache-control': FOREVER });
  });
  app.get('/evidence/:digest', async (c) => {
    const evidence = await evidenceOf(parts, digestOf(c));
    const bytes = encodeEvidence(isPrivileged(c) ? evidence : publicPart(evidence));
    return bytesAnswer(bytes, 'application/json', { 'cache-control': 'no-store' });
  });
}

function digestOf(c: Context): string {
  const digest: unknown = c.req.param('digest');
  if (isHex32(digest)) return digest;
  throw nodeError(
    'PARAMETER_INVALID',
    `"${String(digest).slice(0, 80)}" is no digest: 64 lowercase hex characters`,
  );
}
