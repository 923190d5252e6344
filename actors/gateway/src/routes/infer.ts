import { readDemands } from '@isobit/apis';
import { type Job, profileByName, receiptDigest } from '@isobit/receipt';
import type { Context, Hono } from 'hono';
import { responseOf } from '../answer-check.ts';
import { checkable } from '../apis/asked-model.ts';
import { readBody } from '../body.ts';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { checkBodyType, deadlineOf, integerHeader, JSON_LENGTH_HEADER } from '../headers.ts';
import { incomingOf } from '../incoming.ts';
import { inferAnswer } from '../infer-answer.ts';
import { inferJob } from '../infer-job.ts';
import { resolveModel } from '../model-reference.ts';
import { queryOf } from '../query.ts';
import { routingOf } from '../routing.ts';
import { settle } from '../settle.ts';
import { MODEL_PATHS } from './models.ts';

/** `POST /v2/models/{name}[/versions/{version}]/infer` (specs/open-inference.md). */
export function inferRoutes(app: Hono, context: GatewayContext): void {
  for (const path of MODEL_PATHS) {
    app.post(`${path}/infer`, (c) => infer(c, context, c.req.param('name'), c.req.param('version')));
  }
}

async function infer(c: Context, context: GatewayContext, name: string, version?: string): Promise<Response> {
  const arrival = context.clock();
  const { headers, signal, url } = c.req.raw;
  queryOf(url);
  const deadlineMs = deadlineOf(headers);
  const demands = readDemands(headers);
  const jsonLength = integerHeader(headers, JSON_LENGTH_HEADER, 0, context.limits.inferBytes);
  checkBodyType(headers, jsonLength !== undefined);
  const model = await resolveModel(context.catalogue, name, version);
  using body = await readBody(c.req.raw, {
    maxBytes: context.limits.inferBytes,
    idleMs: context.limits.bodyIdleMs,
    totalMs: Math.min(context.limits.bodyTotalMs, deadlineMs),
    budget: context.budget,
    incoming: incomingOf(c),
  });
  const asked = inferJob(context, model, body.bytes, jsonLength, demands);
  checkable(profileByName(asked.job.request.profile), demands);
  const left = Math.floor(deadlineMs - (context.clock() - arrival));
  const late = () =>
    gatewayError('JOB_DEADLINE', `no answer within the ${deadlineMs} ms that the client gave`);
  if (left < 1) throw late();
  const job: Job = { ...asked.job, deadlineMs: left };
  using _admitted = context.askers.beginLimited(context.askerOf(c), model.id);
  const { answer } = await settle({
    ms: left,
    late,
    signal,
    run: (halt) => context.dispatcher.dispatch(job, { ...routingOf(demands), signal: halt }),
  });
  const receipt = receiptDigest(answer.receipt);
  const response = responseOf(job, answer, receipt);
  return inferAnswer({ asked: asked.infer, name, model, request: job.request, answer, response, receipt });
}
