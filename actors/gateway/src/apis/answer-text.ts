import {
  type AnswerHead,
  answerId,
  type ReceiptMember,
  receiptMember,
  requestOfAsk,
  systemFingerprint,
  type TextApi,
  type TextAsk,
} from '@isobit/apis';
import { isCoded, limits, utf8 } from '@isobit/core';
import { ofKind, type TextRequest } from '@isobit/receipt';
import type { Context } from 'hono';
import type { GatewayContext } from '../context.ts';
import { tellable } from '../error-answer.ts';
import { createPieceStream } from '../piece-stream.ts';
import { statusOf } from '../status.ts';
import { type Arrival, readArrival } from './arrival.ts';
import { askedModel, shownName } from './asked-model.ts';
import { continued } from './continued.ts';
import { type Answered, dispatched, type Question } from './dispatched.ts';
import { wholeAnswer } from './whole-answer.ts';

/** What a route needs to answer one body. */
interface Asked<Ask> {
  readonly ask: Ask;
  readonly request: TextRequest;
  readonly head: AnswerHead;
  readonly question: Question;
}

/** Answers a body of an API, plain or streamed (specs/apis.md). */
export async function answerText<Ask extends TextAsk>(
  api: TextApi<Ask>,
  c: Context,
  context: GatewayContext,
): Promise<Response> {
  using held = new DisposableStack();
  const arrival = held.use(await readArrival(c, context, limits.textDeadlineMs));
  const asked = await readAsked(api, arrival, context);
  if (asked.ask.stream) return streamed(api, asked, context, held);
  const answered = await dispatched(context, asked.question);
  const { receipt } = receiptMember(asked.request, answered.answer.receipt);
  return wholeAnswer(bodyOf(api, asked, answered), asked.question.exchange, {
    ...headersOf(asked),
    'isobit-receipt': receipt,
  });
}

const bodyOf = <Ask extends TextAsk>(
  api: TextApi<Ask>,
  { ask, request, head }: Pick<Asked<Ask>, 'ask' | 'request' | 'head'>,
  { answer, response }: Answered,
): object =>
  api.plain({
    ask,
    request,
    head,
    response: ofKind(response, 'text'),
    receipt: receiptMember(request, answer.receipt),
  });

async function readAsked<Ask extends TextAsk>(
  api: TextApi<Ask>,
  { json, now, demands, question }: Arrival,
  context: GatewayContext,
): Promise<Asked<Ask>> {
  const ask = continued(api, api.read(json), context, question().asker);
  const { model, profile } = await askedModel(context, ask.model, ask.choice, demands);
  const request = requestOfAsk({ ask, model: model.id, profile, salt: context.random(32), now });
  const id = answerId(api.prefix, request);
  const head = {
    id,
    created: Math.floor(now / 1000),
    model: shownName(model),
    fingerprint: systemFingerprint(model.manifest, profile),
  };
  const turn = api.turns?.note(ask);
  return {
    ask,
    request,
    head,
    question: {
      ...question(),
      request,
      nonce: ask.choice.nonce,
      model,
      requestModel: ask.model,
      id,
      turn,
      bodyOf: (answered) => bodyOf(api, { ask, request, head }, answered),
    },
  };
}

const headersOf = ({ request, head }: Pick<Asked<TextAsk>, 'request' | 'head'>): Record<string, string> => ({
  'isobit-model': request.model,
  'isobit-salt': request.salt,
  'isobit-profile': request.profile,
  'x-request-id': head.id,
  'request-id': head.id,
});

/** Calls once, unless disposed of before. */
function after(ms: number, call: () => void): Disposable {
  const timer = setTimeout(call, ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/**
 * A failure before the first word, if that comes soon, has a status of its own; after it, it ends the stream.
 *
 * @param held what is let go of once there is an answer
 */
async function streamed<Ask extends TextAsk>(
  { stream, frames, fault }: TextApi<Ask>,
  asked: Asked<Ask>,
  context: GatewayContext,
  held: DisposableStack,
): Promise<Response> {
  const { exchange } = asked.question;
  const left = new AbortController();
  const chunks = stream(asked);
  const text = (list: readonly object[]): string => list.map(frames.chunk).join('');
  const fail = (error: unknown): Uint8Array => {
    if (!isCoded(error)) context.report(error);
    const { code, message } = tellable(error);
    const told = fault({ code, message }, statusOf(code) ?? 500);
    return utf8(frames.fail(chunks.failed?.(told) ?? told));
  };
  const body = createPieceStream({
    begin: () => utf8(text(chunks.begin())),
    write: (pieces) => utf8(pieces.map((piece) => text(chunks.piece(piece))).join('')),
    fail,
    ...(frames.idle === undefined
      ? {}
      : { idle: { bytes: utf8(frames.idle), ms: context.limits.streamIdleMs } }),
    onGiven: (bytes) => exchange.add(bytes),
    onEnd: () => exchange.end(),
    onLeave: () => left.abort(),
  });
  const begun = Promise.withResolvers<undefined>();
  const kept = held.move();
  const answering = dispatched(context, {
    ...asked.question,
    client: AbortSignal.any([asked.question.client, left.signal]),
    onProgress(progress) {
      body.tell(progress);
      begun.resolve(undefined);
    },
  }).finally(() => kept.dispose());
  const end = ({ answer, response }: Answered): void => {
    const receipt: ReceiptMember = receiptMember(asked.request, answer.receipt);
    body.end(() => utf8(text(chunks.end(ofKind(response, 'text'), receipt)) + frames.end(receipt)));
  };
  // Whoever waits for a head gives up in time: after a while it leaves before the first word.
  using _waiting = after(context.limits.streamIdleMs, () => begun.resolve(undefined));
  const first = await Promise.race([answering, begun.promise]).catch(async (error: unknown) => {
    // Nobody will read what was begun.
    await body.body.cancel();
    throw error;
  });
  if (first) end(first);
  else answering.then(end, (error: unknown) => body.end(() => fail(error)));
  return new Response(body.body, {
    headers: {
      ...headersOf(asked),
      ...(first ? { 'isobit-receipt': receiptMember(asked.request, first.answer.receipt).receipt } : {}),
      'content-type': frames.contentType,
      // Buffering proxies would turn it into an answer without progress.
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}
