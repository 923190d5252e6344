import { limits } from '@isobit/core';
import { decodeEvidence, receiptDigest } from '@isobit/receipt';
import type { Hono } from 'hono';
import * as v from 'valibot';
import { nodeError } from '../../../errors.ts';
import type { NodeParts } from '../../../parts.ts';
import { readBytes, readJson } from '../../read-json.ts';
import { label, petnameBody } from './bodies.ts';

/** Keeps what the node's user wants kept: evidence, and names for keys. */
export function keepingRoutes(app: Hono, { evidence, names, petnames }: NodeParts): void {
  app.put('/evidence', async (c) => {
    const bytes = await readBytes(c.req.raw, limits.evidenceBytes);
    const digest = receiptDigest(decodeEvidence(bytes).receipt);
    await evidence.put({ receipt: digest, bytes, time: Date.now() });
    return c.json({ digest });
  });

  app.get('/names', async (c) =>
    c.json({
      names: (await names.list()).map(({ record, contradicted }) => ({ ...record, contradicted })),
      petnames: await petnames.list(),
    }),
  );
  app.put('/petnames/:petname', async (c) => {
    const { key } = await readJson(c.req.raw, petnameBody);
    const petname = c.req.param('petname');
    if (!v.safeParse(label, petname).success)
      throw nodeError(
        'PARAMETER_INVALID',
        `"${petname.slice(0, 80)}" is no petname: 1 to 64 of a-z 0-9 . _ -`,
      );
    await names.setPetname(petname, key);
    return c.json({ ok: true });
  });
}
