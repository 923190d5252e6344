import type { EmbeddingModelV3, SharedV3ProviderMetadata } from '@ai-sdk/provider';
import { receiptMember } from '@isobit/apis';
import { limits } from '@isobit/core';
import { checkedMember } from '../apis/checked-member.ts';
import type { Client } from '../client.ts';
import type { Answer } from '../question.ts';

/** A model that embeds texts, as the AI SDK asks one. @param modelId id or name */
export const createEmbeddingModel = (client: Client, modelId: string): EmbeddingModelV3 => ({
  specificationVersion: 'v3',
  provider: 'isobit',
  modelId,
  maxEmbeddingsPerCall: limits.embeddingTexts,
  supportsParallelCalls: true,
  async doEmbed({ values, abortSignal }) {
    const answer = await client.embed({
      model: modelId,
      texts: values,
      ...(abortSignal ? { signal: abortSignal } : {}),
    });
    return { embeddings: rowsOf(answer, values.length), warnings: [], ...metadataOf(answer) };
  },
});

function rowsOf({ outputs }: Answer, count: number): number[][] {
  const numbers = new Float32Array(outputs[0]?.data.slice().buffer ?? new ArrayBuffer());
  const width = numbers.length / count;
  return Array.from({ length: count }, (_, row) => [...numbers.subarray(row * width, (row + 1) * width)]);
}

function metadataOf({ evidence, verdict }: Answer): { providerMetadata?: SharedV3ProviderMetadata } {
  const { request, receipt } = evidence;
  return request
    ? { providerMetadata: { isobit: { ...checkedMember(receiptMember(request, receipt), verdict) } } }
    : {};
}
