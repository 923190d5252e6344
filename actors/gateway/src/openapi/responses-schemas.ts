import { asked, receipt } from './openai-schemas.ts';
import { count, flag, list, object, text } from './parts.ts';

const nothing = { const: null };
const maybe = (schema: object) => ({ oneOf: [schema, nothing] });
const anything = { type: 'object' };
const number = { type: 'number' };
const status = { enum: ['completed', 'incomplete'] };

const words = object({
  type: { const: 'output_text' },
  text,
  annotations: list(anything),
  logprobs: list(anything),
});
const message = object({
  id: text,
  type: { const: 'message' },
  status,
  role: { const: 'assistant' },
  content: list(words),
});
const call = object({
  id: text,
  type: { const: 'function_call' },
  status,
  call_id: text,
  name: text,
  arguments: text,
});

/** Component schemas of `/v1/responses`, as far as it is served. */
export const responsesSchemas = {
  ResponsesRequest: asked(['input']),
  ResponseDeleted: object({ id: text, object: { const: 'response' }, deleted: { const: true } }),
  ResponsesAnswer: object(
    {
      id: text,
      object: { const: 'response' },
      created_at: count,
      status,
      background: { const: false },
      error: nothing,
      incomplete_details: maybe(object({ reason: { const: 'max_output_tokens' } })),
      model: text,
      output: list({ oneOf: [message, call] }),
      instructions: maybe(text),
      max_output_tokens: maybe(count),
      parallel_tool_calls: flag,
      previous_response_id: maybe(text),
      store: flag,
      temperature: number,
      text: object({ format: anything }),
      tool_choice: { oneOf: [text, anything] },
      tools: list(anything),
      top_logprobs: count,
      top_p: number,
      user: text,
      metadata: anything,
      reasoning: object({ effort: nothing, summary: nothing }),
      service_tier: { const: 'default' },
      truncation: { const: 'disabled' },
      system_fingerprint: text,
      usage: object({
        input_tokens: count,
        input_tokens_details: object({ cached_tokens: count, cache_write_tokens: count }),
        output_tokens: count,
        output_tokens_details: object({ reasoning_tokens: count }),
        total_tokens: count,
      }),
      isobit: receipt,
    },
    ['user'],
  ),
} as const;
