import { priceOf } from '@isobit/apis';
import { CodedError, concatBytes, isAddress, limits } from '@isobit/core';
import {
  isJobErrorCode,
  type Job,
  type JobAnswer,
  type JobErrorCode,
  jobAnswerKind,
  jobErrorKind,
  jobKind,
  jobProgressKind,
  receiptDigest,
} from '@isobit/receipt';
import type { Context, Hono } from 'hono';
import type { Asker } from '../askers.ts';
import { readBody } from '../body.ts';
import type { GatewayContext } from '../context.ts';
import type { DispatchOptions } from '../dispatcher.ts';
import { errorHeaders, tellable } from '../error-answer.ts';
import { gatewayError } from '../errors.ts';
import { checkBodyType } from '../headers.ts';
import { incomingOf } from '../incoming.ts';
import { metered } from '../metered.ts';
import { createPieceStream } from '../piece-stream.ts';
import { queryOf } from '../query.ts';
import { settle } from '../settle.ts';
import { statusOf } from '../status.ts';
import { observed } from '../telemetry.ts';

/**
 * `POST /jobs[?worker=A][&exclude=A…][&maxPrice=P]` (specs/jobs.md): the route of clients that verify. A canonical job comes in,
 * a canonical answer or job error goes out, untouched; before it, line by line, the progress of a text where the job
 * asks for that. What concerns HTTP (type, size, query) fails as elsewhere.
 */
export function jobRoutes(app: Hono, context: GatewayContext): void {
  app.post('/jobs', async (c) => {
    const choice = choiceOf(c.req.url);
    checkBodyType(c.req.raw.headers, true);
    const { jobBytes, bodyIdleMs, bodyTotalMs } = context.limits;
    using held = new DisposableStack();
    const { bytes } = held.use(
      await readBody(c.req.raw, {
        maxBytes: jobBytes,
        idleMs: bodyIdleMs,
        totalMs: bodyTotalMs,
        budget: context.budget,
        incoming: incomingOf(c),
      }),
    );
    try {
      const job = decodeJob(bytes);
      return await (job.progress
        ? answerInLines(c, context, job, choice, held)
        : answer(c, context, job, choice));
    } catch (error) {
      return jobError(error, context);
    }
  });
}

type Choice = Pick<DispatchOptions, 'worker' | 'exclude' | 'maxPrice'>;

function choiceOf(url: string): Choice {
  const query = queryOf(url, ['worker', 'exclude', 'maxPrice']);
  const workers = query.getAll('worker');
  const exclude = query.getAll('exclude');
  const wrong = [...workers, ...exclude].find((address): boolean => !isAddress(address));
  if (wrong !== undefined) {
    throw gatewayError(
      'PARAMETER_INVALID',
      `"${wrong.slice(0, 80)}" is no address: 0x and 40 lowercase hex characters`,
    );
  }
  const [worker] = workers;
  if (workers.length > 1) throw gatewayError('PARAMETER_INVALID', 'name one worker, or none');
  const prices = query.getAll('maxPrice');
  const [maxPrice] = prices.map(priceOf);
  if (prices.length > 1 || (prices.length === 1 && maxPrice === undefined))
    throw gatewayError('PARAMETER_INVALID', 'maxPrice is one decimal integer of at most 78 digits');
  return {
    ...(worker ? { worker } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(maxPrice === undefined ? {} : { maxPrice }),
  };
}

function decodeJob(bytes: Uint8Array): Job {
  try {
    return jobKind.decode(bytes);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const code = error.code === 'DOCUMENT_UNKNOWN_VERSION' ? 'JOB_VERSION' : 'JOB_MALFORMED';
    throw gatewayError(code, error.message);
  }
}

async function answer(c: Context, context: GatewayContext, job: Job, choice: Choice): Promise<Response> {
  return whole(await dispatched(context, { job, ...from(c, context), client: c.req.raw.signal, ...choice }));
}

const from = (c: Context, { askerOf }: GatewayContext): Pick<Asked, 'asker' | 'traceparent'> => ({
  asker: askerOf(c),
  traceparent: c.req.raw.headers.get('traceparent') ?? undefined,
});

interface Asked extends Omit<DispatchOptions, 'signal'> {
  readonly job: Job;
  readonly asker: Asker | undefined;
  readonly traceparent: string | undefined;
  readonly client: AbortSignal;
}

async function dispatched(context: GatewayContext, asked: Asked): Promise<JobAnswer> {
  const { telemetry, now, clock } = context;
  const { request } = asked.job;
  const { answer } = await observed({
    telemetry,
    request,
    requestModel: request.model,
    model: request.model,
    traceparent: asked.traceparent,
    now,
    clock,
    run: async () => ({ answer: await answered(context, asked) }),
  });
  return answer;
}

async function answered(
  { dispatcher, askers }: GatewayContext,
  { job, asker, client, onProgress, traceparent: _, ...routing }: Asked,
): Promise<JobAnswer> {
  using admission = askers.beginLimited(asker, job.request.model);
  return await metered({
    admission,
    request: job.request,
    onProgress,
    run: (tell) =>
      settle({
        ms: job.deadlineMs,
        late: () =>
          gatewayError('JOB_DEADLINE', `no answer within the ${job.deadlineMs} ms that the job gives`),
        signal: client,
        run: async (signal) =>
          (await dispatcher.dispatch(job, { ...routing, signal, ...(tell ? { onProgress: tell } : {}) }))
            .answer,
      }),
  });
}

const whole = (answer: JobAnswer): Response =>
  canonical(jobAnswerKind.encode(answer), 200, {
    'isobit-receipt': receiptDigest(answer.receipt),
    'isobit-model': answer.receipt.model,
  });

/**
 * An answer that came before any progress, or an error, is as it would be without.
 *
 * @param held what is let go of once there is an answer
 */
async function answerInLines(
  c: Context,
  context: GatewayContext,
  job: Job,
  choice: Choice,
  held: DisposableStack,
): Promise<Response> {
  const left = new AbortController();
  const told = (error: unknown): Uint8Array => line(errorDocument(error, context).bytes);
  const lines = createPieceStream({
    write: (pieces) => line(jobProgressKind.encode({ isobit: 'job-progress/1', pieces: [...pieces] })),
    fail: told,
    onLeave: () => left.abort(),
  });
  const begun = Promise.withResolvers<undefined>();
  const client = AbortSignal.any([c.req.raw.signal, left.signal]);
  const kept = held.move();
  const answering = dispatched(context, {
    job,
    ...from(c, context),
    client,
    ...choice,
    onProgress(progress) {
      lines.tell(progress);
      begun.resolve(undefined);
    },
  }).finally(() => kept.dispose());
  const answer = await Promise.race([answering, begun.promise]);
  if (answer) return whole(answer);
  answering.then(
    (last) => lines.end(() => line(jobAnswerKind.encode(last))),
    (error: unknown) => lines.end(() => told(error)),
  );
  return new Response(lines.body, {
    headers: {
      'content-type': NDJSON,
      'isobit-model': job.request.model,
      // Buffering proxies would turn it into an answer without progress.
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}

const NEWLINE = Uint8Array.of(0x0a);
const line = (bytes: Uint8Array): Uint8Array => concatBytes(bytes, NEWLINE);
const NDJSON = 'application/x-ndjson';

/** What the job error codes lack, in their words. */
const IN_JOB_WORDS: Readonly<Record<string, JobErrorCode>> = {
  NO_WORKER: 'JOB_UNAVAILABLE',
  CLIENT_GONE: 'JOB_CANCELLED',
  KEY_MODEL: 'JOB_REFUSED',
  KEY_RATE: 'JOB_BUSY',
  KEY_TOKENS: 'JOB_BUSY',
};

function jobError(error: unknown, context: GatewayContext): Response {
  const { bytes, told } = errorDocument(error, context);
  return canonical(bytes, statusOf(told.code) ?? 500, errorHeaders(told));
}

function errorDocument(error: unknown, context: GatewayContext): { bytes: Uint8Array; told: CodedError } {
  const told = tellable(error);
  if (told !== error) context.report(error);
  const code = isJobErrorCode(told.code) ? told.code : (IN_JOB_WORDS[told.code] ?? 'JOB_FAILED');
  const { retryAfterMs } = told.details;
  const bytes = jobErrorKind.encode({
    isobit: 'job-error/1',
    code,
    message: sentence(told.message),
    ...(Number.isSafeInteger(retryAfterMs) ? { retryAfterMs: retryAfterMs as number } : {}),
  });
  return { bytes, told };
}

/** A message short enough for a job error: a UTF-16 unit is at most three bytes. */
const sentence = (message: string): string =>
  message.slice(0, Math.floor(limits.jobMessageBytes / 3)).toWellFormed();

const canonical = (bytes: Uint8Array, status: number, headers: Record<string, string>): Response =>
  new Response(bytes as Uint8Array<ArrayBuffer>, {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
  });
