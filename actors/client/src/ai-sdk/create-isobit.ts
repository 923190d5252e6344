import type { EmbeddingModelV3, LanguageModelV3, ProviderV3 } from '@ai-sdk/provider';
import { type Client, type ClientOptions, createClient } from '../client.ts';
import { clientError } from '../errors.ts';
import { createEmbeddingModel } from './embedding-model.ts';
import { createLanguageModel } from './language-model.ts';

/** What a client is made of, or one that is there. */
export type IsobitOptions = ClientOptions | { readonly client: Client };

/** A provider of the AI SDK: called with a model's id or name, as the node resolves it. */
export interface IsobitProvider extends ProviderV3 {
  (modelId: string): LanguageModelV3;
  readonly client: Client;
}

/**
 * A provider of the AI SDK whose answers are checked before the SDK has them. Each has receipt and verdict in
 * `providerMetadata.isobit`. One that is withheld rejects with its `AnswerError`, which also breaks its stream off: were it a
 * part `error` of the stream, the SDK would hand over what was told before. What a request may say besides goes in
 * `providerOptions.isobit`, as members of a body of OpenAI's chat API.
 */
export function createIsobit(options: IsobitOptions): IsobitProvider {
  const client = 'client' in options ? options.client : createClient(options);
  const languageModel = (modelId: string): LanguageModelV3 => createLanguageModel(client, modelId);
  return Object.assign((modelId: string) => languageModel(modelId), {
    specificationVersion: 'v3' as const,
    client,
    languageModel,
    embeddingModel: (modelId: string): EmbeddingModelV3 => createEmbeddingModel(client, modelId),
    imageModel(modelId: string): never {
      throw clientError('ROUTE_UNCHECKED', `${modelId}: images are not answered by nodes`);
    },
  });
}
