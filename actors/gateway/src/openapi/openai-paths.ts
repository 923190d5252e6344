import { asking, reading, removing } from './operations.ts';
import { parameter, text } from './parts.ts';
import { ref } from './schemas.ts';

const streams = { 'text/event-stream': { schema: text } };
const error = 'OpenAiError';
const ID = parameter('id', 'path', 'Id of a recent answer.', text);
const REF = parameter('ref', 'path', 'Digest of a receipt, or id of a recent answer.', text);

/** Routes of OpenAI's API, and of the receipts of its answers. */
export const openAiPaths = {
  '/v1/models': reading({
    operationId: 'listLanguageModels',
    summary: 'Language models that are run',
    found: ref('LanguageModelList'),
    error,
  }),
  '/v1/models/{model}': reading({
    operationId: 'languageModel',
    summary: 'One model',
    found: ref('LanguageModel'),
    parameters: [
      parameter('model', 'path', 'An id, a name, or owner/name with the slash encoded as %2F.', text),
    ],
    error,
  }),
  '/v1/chat/completions': asking({
    operationId: 'chat',
    summary: 'Answer a conversation',
    body: ref('ChatRequest'),
    whole: ref('ChatAnswer'),
    streams,
    error,
  }),
  '/v1/completions': asking({
    operationId: 'complete',
    summary: 'Go on with a text',
    body: ref('CompletionRequest'),
    whole: ref('CompletionAnswer'),
    streams,
    error,
  }),
  '/v1/responses': asking({
    operationId: 'respond',
    summary: 'Answer a conversation in items, which may go on from an earlier answer',
    body: ref('ResponsesRequest'),
    whole: ref('ResponsesAnswer'),
    streams,
    error,
  }),
  '/v1/responses/{id}': {
    ...reading({
      operationId: 'response',
      summary: 'An answer from which a question may go on, again; only for who asked',
      found: ref('ResponsesAnswer'),
      parameters: [ID],
      error,
    }),
    ...removing({
      operationId: 'forgetResponse',
      summary: 'Forget an answer, its documents and its evidence',
      found: ref('ResponseDeleted'),
      parameters: [ID],
      error,
    }),
  },
  '/v1/embeddings': asking({
    operationId: 'embed',
    summary: 'Embed texts',
    body: ref('EmbeddingRequest'),
    whole: ref('EmbeddingAnswer'),
    error,
  }),
  '/v1/receipts/{ref}': reading({
    operationId: 'answerReceipt',
    summary: 'The receipt of an answer',
    found: ref('Receipt'),
    parameters: [REF],
    error,
  }),
  '/v1/evidence/{ref}': reading({
    operationId: 'answerEvidence',
    summary: 'The evidence of an answer; its documents only for who asked, while the answer is recent',
    found: ref('Evidence'),
    parameters: [REF],
    error,
  }),
  '/v1/signature/{ref}': reading({
    operationId: 'answerSignature',
    summary: 'Which bytes were asked and answered, signed by the gateway; only for who asked',
    found: ref('ExchangeSignature'),
    parameters: [
      REF,
      parameter('model', 'query', 'Without effect: the answer says its model.', text),
      parameter('signing_algo', 'query', 'Of the signature.', { const: 'ecdsa' }),
    ],
    error,
  }),
};
