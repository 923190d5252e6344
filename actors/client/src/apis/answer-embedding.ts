import { type EmbeddingApi, profileAsked, receiptMember, requestOfEmbedding } from '@isobit/apis';
import { ofKind, usualProfileOf } from '@isobit/receipt';
import type { Asked } from './answer-api.ts';
import type { CheckedFetchOptions } from './checked-fetch.ts';
import { checkedMember } from './checked-member.ts';
import { demandedOf } from './demanded.ts';

/** Answers a body of an API that asks for embeddings, once the answer is checked. */
export async function answerEmbedding(
  embedding: EmbeddingApi,
  { json, demands, signal }: Asked,
  { api, ask, check, random }: CheckedFetchOptions,
): Promise<Response> {
  const body = embedding.read(json);
  const model = await api.resolve(body.model, signal);
  const profile = profileAsked(body.choice, demands) ?? usualProfileOf(model.manifest).name;
  const request = requestOfEmbedding({ ask: body, model: model.id, profile, salt: random(32) });
  const { nonce } = body.choice;
  const { response, evidence, verdict } = await ask(request, model, {
    ...demandedOf(demands, check),
    signal,
    ...(nonce === undefined ? {} : { nonce }),
  });
  const receipt = checkedMember(receiptMember(request, evidence.receipt), verdict);
  return Response.json(
    embedding.answer({
      ask: body,
      response: ofKind(response, 'tensors'),
      head: { model: body.model },
      receipt,
    }),
    { headers: { 'isobit-receipt': receipt.receipt, 'isobit-model': request.model } },
  );
}
