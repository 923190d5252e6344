import { asked, receipt } from './openai-schemas.ts';
import { count, flag, list, object, text } from './parts.ts';

const details = object({
  parent_model: text,
  format: text,
  family: text,
  families: list(text),
  parameter_size: text,
  quantization_level: text,
});
const listed = { name: text, model: text, modified_at: text, size: count, digest: text, details };
const call = object({ function: object({ name: text, arguments: { type: 'object' } }) });
const message = object({ role: { const: 'assistant' }, content: text, tool_calls: list(call) }, [
  'tool_calls',
]);

const answered = (words: Record<string, object>) =>
  object({
    model: text,
    created_at: text,
    ...words,
    done_reason: { enum: ['stop', 'length'] },
    done: flag,
    prompt_eval_count: count,
    eval_count: count,
    isobit: receipt,
  });

/** Component schemas of Ollama's API, as far as it is served. */
export const ollamaSchemas = {
  OllamaChatRequest: asked(['messages']),
  OllamaChatAnswer: answered({ message }),
  OllamaGenerateRequest: asked(['prompt']),
  OllamaGenerateAnswer: answered({ response: text }),
  OllamaEmbedRequest: asked(['input']),
  OllamaEmbedAnswer: object({
    model: text,
    embeddings: list({ type: 'array' }),
    prompt_eval_count: count,
    isobit: receipt,
  }),
  OllamaTags: object({ models: list(object(listed)) }),
  OllamaPs: object({ models: list(object({ ...listed, expires_at: text, size_vram: count })) }),
  OllamaNamed: { type: 'object', description: 'The model, by "model" or "name".' },
  OllamaShow: object({
    license: text,
    modified_at: text,
    details,
    model_info: { type: 'object' },
    capabilities: list({ enum: ['completion', 'tools', 'embedding'] }),
  }),
  OllamaStatus: object({ status: text }),
  OllamaVersion: object({ version: text }),
} as const;
