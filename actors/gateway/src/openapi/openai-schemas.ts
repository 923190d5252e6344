import { answeredCodes } from '../status.ts';
import { address, count, hex32, list, object, text } from './parts.ts';

/** What the API calls some of them. */
const OPENAI_CODES = [
  'model_not_found',
  'previous_response_not_found',
  'invalid_api_key',
  'rate_limit_exceeded',
];

const maybeText = { oneOf: [text, { const: null }] };
const maybeObject = { oneOf: [{ type: 'object' }, { const: null }] };
const usage = object({ prompt_tokens: count, completion_tokens: count, total_tokens: count });

export const receipt = object(
  {
    receipt: hex32,
    model: text,
    profile: text,
    salt: hex32,
    now: { ...count, description: 'Of a chat: the time that its template was told.' },
    nonce: hex32,
    worker: address,
  },
  ['now'],
);

const call = object({
  id: text,
  type: { const: 'function' },
  function: object({ name: text, arguments: text }),
});

const answered = (kind: string, choice: object) =>
  object({
    id: text,
    object: { const: kind },
    created: count,
    model: text,
    choices: list(choice),
    usage,
    system_fingerprint: text,
    isobit: receipt,
  });

export const asked = (required: readonly string[]) => ({
  type: 'object',
  description: 'As the page of the API in specs/ says; what it does not list is refused by name.',
  properties: { model: text },
  required: ['model', ...required],
});

const model = object({
  id: text,
  object: { const: 'model' },
  created: count,
  owned_by: address,
  isobit: object({ id: text, title: text, licence: text, profile: text }),
});

const anthropicModel = object({ type: { const: 'model' }, id: text, display_name: text, created_at: text });

/** Component schemas of OpenAI's API, as far as it is served. */
export const openAiSchemas = {
  OpenAiError: object({
    error: object({
      message: text,
      type: text,
      param: maybeText,
      code: { enum: [...answeredCodes, ...OPENAI_CODES] },
    }),
  }),
  /** Either API's, by the header `Anthropic-Version`. */
  LanguageModel: { oneOf: [model, anthropicModel] },
  LanguageModelList: {
    oneOf: [
      object({ object: { const: 'list' }, data: list(model) }),
      object({
        data: list(anthropicModel),
        has_more: { const: false },
        first_id: maybeText,
        last_id: maybeText,
      }),
    ],
  },
  ChatRequest: asked(['messages']),
  ChatAnswer: answered(
    'chat.completion',
    object({
      index: count,
      message: object(
        {
          role: { const: 'assistant' },
          content: maybeText,
          refusal: { const: null },
          tool_calls: list(call),
        },
        ['tool_calls'],
      ),
      logprobs: maybeObject,
      finish_reason: { enum: ['stop', 'length', 'tool_calls'] },
    }),
  ),
  CompletionRequest: asked(['prompt']),
  CompletionAnswer: answered(
    'text_completion',
    object({ text, index: count, logprobs: maybeObject, finish_reason: { enum: ['stop', 'length'] } }),
  ),
  EmbeddingRequest: asked(['input']),
  EmbeddingAnswer: object({
    object: { const: 'list' },
    data: list(
      object({
        object: { const: 'embedding' },
        index: count,
        embedding: { oneOf: [text, { type: 'array' }], description: 'Base64, or numbers.' },
      }),
    ),
    model: text,
    usage: object({ prompt_tokens: count, total_tokens: count }),
    isobit: receipt,
  }),
  Receipt: {
    type: 'object',
    description: 'A canonical receipt/1 document (specs/receipt.md).',
    properties: { isobit: { const: 'receipt/1' } },
    required: ['isobit'],
  },
  Evidence: {
    type: 'object',
    description: 'A canonical evidence/1 document (specs/evidence.md).',
    properties: { isobit: { const: 'evidence/1' } },
    required: ['isobit', 'receipt'],
  },
  ExchangeSignature: object({
    text: { type: 'string', description: '{model}:{sha256 of the request}:{sha256 of the response}.' },
    signature: { type: 'string', pattern: '^0x[0-9a-f]{130}$' },
    signing_address: { type: 'string', pattern: '^0x[0-9a-fA-F]{40}$' },
    signing_algo: { const: 'ecdsa' },
  }),
} as const;
