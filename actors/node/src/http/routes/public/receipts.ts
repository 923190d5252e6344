import { isHex32 } from '@isobit/core';
import { decodeEvidence, type Evidence, encodeEvidence, receiptKind } from '@isobit/receipt';
import type { Context, Hono } from 'hono';
import { nodeError } from '../../../errors.ts';
import type { NodeParts } from '../../../parts.ts';
import { placeInLog } from '../../../roles/worker/receipt-log.ts';
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

const receiptUnknown = (digest: string) =>
  nodeError(
    'RECEIPT_UNKNOWN',
    `no receipt ${digest} here; ask the worker that signed it, or open its evidence file`,
  );

/** What is no secret of whoever asked and answered. */
const publicPart = ({ isobit, receipt, log, manifest }: Evidence): Evidence => ({
  isobit,
  receipt,
  ...(log ? { log } : {}),
  ...(manifest ? { manifest } : {}),
});

/** All that this node has of a receipt: what was kept, completed by what it knows. */
async function evidenceOf(
  { receipts, evidence, registry, log: ownLog, binding }: NodeParts,
  digest: string,
): Promise<Evidence> {
  const bytes = await evidence.get(digest);
  const kept = bytes && decodeEvidence(bytes);
  const found = kept ? undefined : await receipts.get(digest);
  const receipt = kept?.receipt ?? found?.receipt;
  if (!receipt) throw receiptUnknown(digest);
  const manifest = kept?.manifest ?? (await registry.manifest(receipt.model));
  const index = found?.logIndex;
  const log =
    kept?.log ??
    receipts.foreignPlace(digest) ??
    (index !== undefined && index < ownLog.size ? await placeInLog(ownLog, binding, { index }) : undefined);
  return {
    ...(kept ?? { isobit: 'evidence/1', receipt }),
    ...(manifest ? { manifest } : {}),
    ...(log ? { log } : {}),
  };
}
