import {
  type AnswerHead,
  answerId,
  apiError,
  type ClientDemands,
  profileAsked,
  receiptMember,
  requestOfAsk,
  systemFingerprint,
  type TextApi,
  type TextAsk,
} from '@isobit/apis';
import { utf8 } from '@isobit/core';
import { ofKind, type TextPiece, type TextRequest, usualProfileOf } from '@isobit/receipt';
import type { ResolvedModel } from '../node-api.ts';
import type { CheckedResponse } from '../question.ts';
import type { Asked } from './answer-api.ts';
import type { CheckedFetchOptions } from './checked-fetch.ts';
import { type CheckedMember, checkedMember } from './checked-member.ts';
import { demandedOf } from './demanded.ts';
import { errorBody } from './error-answer.ts';

/** A body that was understood. */
export interface Question<Ask extends TextAsk = TextAsk> {
  readonly ask: Ask;
  readonly request: TextRequest;
  readonly model: ResolvedModel;
  readonly head: AnswerHead;
  readonly demands: ClientDemands;
}

/** Answers a body of a text API, plain or streamed, once what it says is checked. */
export async function answerText(
  text: TextApi,
  asked: Asked,
  options: CheckedFetchOptions,
): Promise<Response> {
  const question = await readQuestion(text, asked, options);
  if (question.ask.stream) return streamed(text, question, asked.signal, options);
  const answered = await answerQuestion(question, asked.signal, options);
  const receipt = memberOf(question, answered);
  const response = ofKind(answered.response, 'text');
  return Response.json(text.plain({ ...question, response, receipt }), {
    headers: { ...headersOf(question), 'isobit-receipt': receipt.receipt },
  });
}

/** What a body asks, as a request with a salt of its own. @throws CodedError of the `API_` codes and of the node */
export async function readQuestion<Ask extends TextAsk>(
  text: TextApi<Ask>,
  { json, demands, signal }: Asked,
  { api, clock, random }: CheckedFetchOptions,
): Promise<Question<Ask>> {
  const ask = text.read(json);
  if (text.turns?.previous(ask) !== undefined)
    throw apiError(
      'API_UNSUPPORTED',
      '"previous_response_id" is not served by the client that checks answers, since it keeps none: send the items of the conversation',
      'previous_response_id',
    );
  const model = await api.resolve(ask.model, signal);
  const now = clock();
  const profile = profileAsked(ask.choice, demands) ?? usualProfileOf(model.manifest).name;
  const request = requestOfAsk({ ask, model: model.id, profile, salt: random(32), now });
  const head = {
    id: answerId(text.prefix, request),
    created: Math.floor(now / 1000),
    model: ask.model,
    fingerprint: systemFingerprint(model.manifest, request.profile),
  };
  return { ask, request, model, head, demands };
}

/** @throws as `Client.ask` */
export const answerQuestion = (
  { ask, request, model, demands }: Question,
  signal: AbortSignal,
  options: CheckedFetchOptions,
  onPiece?: (piece: TextPiece) => void,
): Promise<CheckedResponse> =>
  options.ask(request, model, {
    ...demandedOf(demands, options.check),
    signal,
    ...(ask.choice.nonce === undefined ? {} : { nonce: ask.choice.nonce }),
    ...(onPiece ? { onPiece } : {}),
  });

export const memberOf = ({ request }: Question, { evidence, verdict }: CheckedResponse): CheckedMember =>
  checkedMember(receiptMember(request, evidence.receipt), verdict);

const headersOf = ({ request, head }: Question): Record<string, string> => ({
  'isobit-model': request.model,
  'isobit-profile': request.profile,
  'x-request-id': head.id,
  'request-id': head.id,
});

/** A failure before the first word is one of its own; after it, it ends the stream. */
async function streamed(
  text: TextApi,
  question: Question,
  signal: AbortSignal,
  options: CheckedFetchOptions,
): Promise<Response> {
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  const chunks = text.stream(question);
  const bytes = (list: readonly object[]): Uint8Array => utf8(list.map(text.frames.chunk).join(''));
  const begun = Promise.withResolvers<undefined>();
  const { readable, writer } = byteStream(bytes(chunks.begin()), () => left.abort());
  const provisional = options.stream !== 'verified';
  const answering = answerQuestion(question, either, options, (piece) => {
    if (!provisional) return;
    writer.enqueue(bytes(chunks.piece(piece)));
    begun.resolve(undefined);
  });
  const end = (answered: CheckedResponse): void => {
    const receipt = memberOf(question, answered);
    writer.enqueue(bytes(chunks.end(ofKind(answered.response, 'text'), receipt)));
    writer.enqueue(utf8(text.frames.end(receipt)));
    writer.close();
  };
  const fail = (error: unknown): void => {
    const found = signal.aborted ? undefined : errorBody(error, options.check, text);
    if (found) writer.enqueue(utf8(text.frames.fail(chunks.failed?.(found.body) ?? found.body)));
    if (found) writer.close();
    else writer.error(error);
  };
  const ending = answering.then(end);
  await Promise.race([ending, begun.promise]);
  ending.catch(fail);
  return new Response(readable, {
    headers: { ...headersOf(question), 'content-type': text.frames.contentType },
  });
}

interface ByteWriter {
  enqueue(bytes: Uint8Array): void;
  close(): void;
  error(reason: unknown): void;
}

/** A stream of bytes that is written to until nobody reads it any more. */
function byteStream(
  first: Uint8Array,
  onLeave: () => void,
): { readable: ReadableStream<Uint8Array>; writer: ByteWriter } {
  let open: ReadableStreamDefaultController<Uint8Array> | undefined;
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      open = controller;
      open.enqueue(first);
    },
    cancel() {
      open = undefined;
      onLeave();
    },
  });
  const writer: ByteWriter = {
    enqueue(bytes) {
      if (bytes.length > 0) open?.enqueue(bytes);
    },
    close() {
      open?.close();
      open = undefined;
    },
    error(reason) {
      open?.error(reason);
      open = undefined;
    },
  };
  return { readable, writer };
}
