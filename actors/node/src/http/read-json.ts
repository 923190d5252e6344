import { decodeJson, limits } from '@isobit/core';
import { BodyBudget, readBody } from '@isobit/gateway';
import * as v from 'valibot';
import { nodeError } from '../errors.ts';

/** Bodies of the node's own routes that are in memory at once: one evidence file of the largest, and small ones. */
const budget = new BodyBudget(limits.evidenceBytes * 2);

/** A body of at most `maxBytes`. @throws CodedError `BODY_TOO_LARGE`, `BODY_TIMEOUT`, `BODY_BUSY`, `CLIENT_GONE` */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const { bodyIdleMs: idleMs, bodyTotalMs: totalMs } = limits;
  using body = await readBody(request, { maxBytes, idleMs, totalMs, budget });
  return body.bytes;
}

/** A small JSON body of this shape. @throws CodedError `PARAMETER_INVALID` naming the member, and as `readBytes` */
export async function readJson<S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<v.InferOutput<S>> {
  const bytes = await readBytes(request, limits.documentBytes);
  const parsed = v.safeParse(schema, decodeJson(bytes, limits.documentBytes));
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw nodeError('PARAMETER_INVALID', `"${v.getDotPath(issue) ?? 'body'}": ${issue.message.slice(0, 200)}`);
}
