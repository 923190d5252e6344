import { asked, receipt } from './openai-schemas.ts';
import { count, list, object, text } from './parts.ts';

const usage = object({ input_tokens: count, output_tokens: count });
const words = object({ type: { const: 'text' }, text });
const use = object({ type: { const: 'tool_use' }, id: text, name: text, input: { type: 'object' } });

/** Component schemas of Anthropic's API, as far as it is served. */
export const anthropicSchemas = {
  AnthropicError: object({ type: { const: 'error' }, error: object({ type: text, message: text }) }),
  MessageRequest: asked(['max_tokens', 'messages']),
  MessageAnswer: object({
    id: text,
    type: { const: 'message' },
    role: { const: 'assistant' },
    model: text,
    content: list({ oneOf: [words, use] }),
    stop_reason: { enum: ['end_turn', 'max_tokens', 'stop_sequence', 'tool_use'] },
    stop_sequence: { oneOf: [text, { const: null }] },
    usage,
    isobit: receipt,
  }),
  CountRequest: asked(['messages']),
  CountAnswer: object({ input_tokens: count, isobit: receipt }),
} as const;
