import { answerId, type EmbeddingApi, receiptMember, requestOfEmbedding } from '@isobit/apis';
import { isCoded, limits } from '@isobit/core';
import { ofKind } from '@isobit/receipt';
import type { Context } from 'hono';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { readArrival } from './arrival.ts';
import { askedModel, shownName } from './asked-model.ts';
import { dispatched } from './dispatched.ts';
import { wholeAnswer } from './whole-answer.ts';

/** Answers a body of an API that asks for embeddings (specs/openai.md section 6, specs/ollama.md section 5). */
export async function answerEmbedding(
  api: EmbeddingApi,
  c: Context,
  context: GatewayContext,
): Promise<Response> {
  using arrival = await readArrival(c, context, limits.inferDeadlineMs);
  const { json, demands, question } = arrival;
  const ask = api.read(json);
  const { model, profile } = await askedModel(context, ask.model, ask.choice, demands);
  const request = requestOfEmbedding({ ask, model: model.id, profile, salt: context.random(32) });
  const id = answerId(api.prefix, request);
  const asked = { ...question(), request, nonce: ask.choice.nonce, model, requestModel: ask.model, id };
  const { answer, response } = await dispatched(context, asked);
  const receipt = receiptMember(request, answer.receipt);
  const head = { model: shownName(model) };
  try {
    const body = api.answer({ ask, response: ofKind(response, 'tensors'), head, receipt });
    return wholeAnswer(body, asked.exchange, {
      'isobit-receipt': receipt.receipt,
      'isobit-model': request.model,
      'isobit-salt': request.salt,
      'isobit-profile': request.profile,
      'x-request-id': id,
    });
  } catch (error) {
    // A response that is none is the worker's fault, not the client's.
    if (!isCoded(error, 'API_VALUE') && !isCoded(error, 'TENSOR_INVALID')) throw error;
    throw gatewayError('ANSWER_UNFIT', `worker ${receipt.worker} answered otherwise: ${error.message}`);
  }
}
