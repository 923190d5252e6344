import { answer, header, json, parameter, text } from './parts.ts';
import { ref } from './schemas.ts';

const failing = (name: 'OpenAiError' | 'AnthropicError') => ({
  default: answer('The code names the cause and fixes the status.', ref(name)),
});
const errors = failing('OpenAiError');
export const events = { 'text/event-stream': { schema: text } };

const DEADLINE = parameter('Isobit-Deadline-Ms', 'header', 'Milliseconds for the whole answer.', {
  type: 'integer',
  minimum: 1,
  maximum: 3_600_000,
});
const REF = parameter('ref', 'path', 'Digest of a receipt, or id of a recent answer.', text);

const headers = {
  'Isobit-Model': header('Id of the model.'),
  'Isobit-Salt': header('Salt of the canonical request.'),
  'Isobit-Profile': header('Profile of the canonical request.'),
};

/** A route that takes a body and answers in JSON, or in a stream where the body asks for that. */
export const asking = (
  operationId: string,
  summary: string,
  body: object,
  whole: object,
  streams: object = {},
  error: 'OpenAiError' | 'AnthropicError' = 'OpenAiError',
) => ({
  post: {
    operationId,
    summary,
    parameters: [DEADLINE],
    requestBody: { required: true, content: json(body) },
    responses: {
      200: {
        description: 'The answer, with the digest of its receipt.',
        headers,
        content: { ...json(whole), ...streams },
      },
      ...failing(error),
    },
  },
});

const reading = (
  operationId: string,
  summary: string,
  found: object,
  parameters: readonly object[] = [],
) => ({
  get: {
    operationId,
    summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: { 200: answer(summary, found), ...errors },
  },
});

/** Routes of OpenAI's API, and of the receipts of its answers. */
export const openAiPaths = {
  '/v1/models': reading('listLanguageModels', 'Language models that are run', ref('OpenAiModelList')),
  '/v1/models/{model}': reading('languageModel', 'One model', ref('OpenAiModel'), [
    parameter('model', 'path', 'An id, a name, or owner/name with the slash encoded as %2F.', text),
  ]),
  '/v1/chat/completions': asking(
    'chat',
    'Answer a conversation',
    ref('ChatRequest'),
    ref('ChatAnswer'),
    events,
  ),
  '/v1/completions': asking(
    'complete',
    'Go on with a text',
    ref('CompletionRequest'),
    ref('CompletionAnswer'),
    events,
  ),
  '/v1/embeddings': asking('embed', 'Embed texts', ref('EmbeddingRequest'), ref('EmbeddingAnswer')),
  '/v1/receipts/{ref}': reading('answerReceipt', 'The receipt of an answer', ref('Receipt'), [REF]),
  '/v1/evidence/{ref}': reading(
    'answerEvidence',
    'The evidence of an answer; its documents only for who asked, while the answer is recent',
    ref('Evidence'),
    [REF],
  ),
};
