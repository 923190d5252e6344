import { type ClientDemands, decodeBody, readDemands } from '@isobit/apis';
import { limits } from '@isobit/core';
import type { Context } from 'hono';
import { readBody } from '../body.ts';
import type { GatewayContext } from '../context.ts';
import { Exchange } from '../exchange.ts';
import { checkBodyType, deadlineOf } from '../headers.ts';
import { incomingOf } from '../incoming.ts';
import { queryOf } from '../query.ts';
import type { Question } from './dispatched.ts';

/** A body of an API that has come, counted in the budget until disposed of. */
export interface Arrival extends Disposable {
  readonly json: unknown;
  /** Milliseconds since 1970 when it began to come. */
  readonly now: number;
  readonly demands: ClientDemands;
  /** What of the question is known before the body is read. */
  question(): Pick<
    Question,
    'asker' | 'exchange' | 'traceparent' | 'demands' | 'deadlineMs' | 'leftMs' | 'client'
  >;
}

/**
 * Reads the body of a request to an API (specs/apis.md section 2).
 *
 * @param deadlineMs where the client names none
 * @throws CodedError `API_MALFORMED`, `API_VALUE`, `BODY_TYPE`, `HEADER_INVALID`, `PARAMETER_UNKNOWN`; as `readBody`
 */
export async function readArrival(c: Context, context: GatewayContext, deadlineMs: number): Promise<Arrival> {
  const arrival = context.clock();
  const now = context.now();
  const { headers, signal, url } = c.req.raw;
  queryOf(url);
  const given = deadlineOf(headers, deadlineMs);
  const demands = readDemands(headers);
  checkBodyType(headers, false);
  const { bodyIdleMs, bodyTotalMs } = context.limits;
  using held = new DisposableStack();
  const { bytes } = held.use(
    await readBody(c.req.raw, {
      maxBytes: limits.apiBytes,
      idleMs: bodyIdleMs,
      totalMs: Math.min(bodyTotalMs, given),
      budget: context.budget,
      incoming: incomingOf(c),
    }),
  );
  const exchange = new Exchange(bytes);
  const json = decodeBody(bytes);
  const kept = held.move();
  return {
    json,
    now,
    demands,
    question: () => ({
      exchange,
      traceparent: headers.get('traceparent') ?? undefined,
      asker: context.askerOf(c),
      demands,
      deadlineMs: given,
      leftMs: Math.floor(given - (context.clock() - arrival)),
      client: signal,
    }),
    [Symbol.dispose]: () => kept.dispose(),
  };
}
