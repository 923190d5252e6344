import type { ClientDemands, TurnNote } from '@isobit/apis';
import { toHex } from '@isobit/core';
import {
  encodeEvidence,
  evidenceFromAnswer,
  type Job,
  type JobAnswer,
  type JobProgress,
  type Request,
  type Response,
  receiptDigest,
} from '@isobit/receipt';
import { responseOf } from '../answer-check.ts';
import type { Asker } from '../askers.ts';
import type { CatalogueModel } from '../catalogue.ts';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { metered } from '../metered.ts';
import { routingOf } from '../routing.ts';
import { settle } from '../settle.ts';
import { observed } from '../telemetry.ts';
import { weightOf } from '../weight.ts';
import { shownName } from './asked-model.ts';

/** A question of an API on its way. */
export interface Question {
  readonly request: Request;
  /** Chosen by the client, 64 hex characters; random where absent. */
  readonly nonce: string | undefined;
  readonly model: CatalogueModel;
  /** How the body names it. */
  readonly requestModel: string;
  /** Id of the answer. */
  readonly id: string;
  /** Who asks; where nobody is known, nothing is kept. */
  readonly asker: Asker | undefined;
  /** How the client names what it asks this for (W3C Trace Context). */
  readonly traceparent: string | undefined;
  /** What goes over HTTP. */
  readonly exchange: Exchange;
  readonly demands: ClientDemands;
  /** Where a later question may go on from the answer. */
  readonly turn?: TurnNote | undefined;
  /** The body of the answer, for who asks for it again; kept where `turn` is. */
  readonly bodyOf?: (answered: Answered) => object;
  /** Milliseconds that the client gives, and those of them that are left. */
  readonly deadlineMs: number;
  readonly leftMs: number;
  /** Fires when the client is gone. */
  readonly client: AbortSignal;
  readonly onProgress?: (progress: JobProgress) => void;
}

export interface Answered {
  readonly answer: JobAnswer;
  readonly response: Response;
}

/**
 * Has a question answered, and keeps the evidence for who asked. The answer is checked to be one to this question, no
 * more (`responseOf`).
 *
 * @throws CodedError `JOB_DEADLINE`, `JOB_BUSY`, `CLIENT_GONE`, `ANSWER_UNFIT`; of the dispatcher, and as `Allowance.admit`
 */
export function dispatched(context: GatewayContext, question: Question): Promise<Answered> {
  const { telemetry, now, clock } = context;
  const { request, id, requestModel, traceparent } = question;
  const model = shownName(question.model);
  const run = () => answered(context, question);
  return observed({ telemetry, request, requestModel, model, id, traceparent, now, clock, run });
}

async function answered(context: GatewayContext, question: Question): Promise<Answered> {
  const { request, nonce, demands, deadlineMs, leftMs, client, onProgress } = question;
  const late = () =>
    gatewayError('JOB_DEADLINE', `no answer within the ${deadlineMs} ms that the client gave`);
  if (leftMs < 1) throw late();
  using admission = context.askers.begin(question.asker, question.model.id);
  const job: Job = {
    isobit: 'job/1',
    request,
    nonce: nonce ?? toHex(context.random(32)),
    trace: false,
    network: context.network,
    deadlineMs: leftMs,
    witnesses: 0,
    ...(onProgress ? { progress: true } : {}),
  };
  const answer = await metered({
    admission,
    request,
    onProgress,
    run: (tell) =>
      settle({
        ms: leftMs,
        late,
        signal: client,
        run: async (signal) =>
          (
            await context.dispatcher.dispatch(job, {
              ...routingOf(demands),
              signal,
              ...(tell ? { onProgress: tell } : {}),
            })
          ).answer,
      }),
  });
  const digest = receiptDigest(answer.receipt);
  const response = responseOf(job, answer, digest);
  keep(context, question, job, { answer, response }, digest);
  return { answer, response };
}

function keep(
  { recent }: GatewayContext,
  { asker, id, model, exchange, turn, bodyOf }: Question,
  job: Job,
  answered: Answered,
  digest: string,
): void {
  if (asker === undefined) return;
  const { answer } = answered;
  recent.add({
    asker: asker.id,
    id,
    digest,
    size: weightOf(job.request) + weightOf(answer) + (turn?.repeated ?? 0),
    evidence: () => encodeEvidence(evidenceFromAnswer(job, answer, model.signed)),
    exchange: { model: shownName(model), bytes: exchange },
    ...(turn ? { turn } : {}),
    ...(turn && bodyOf ? { body: () => bodyOf(answered) } : {}),
  });
}
