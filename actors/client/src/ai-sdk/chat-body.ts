import type { LanguageModelV3CallOptions, SharedV3Warning } from '@ai-sdk/provider';
import { chatMessages } from './chat-messages.ts';

/** What a call of the AI SDK asks, as a body of OpenAI's chat API, and what of it has no effect. */
export function chatBody(
  model: string,
  options: LanguageModelV3CallOptions,
): { body: object; warnings: SharedV3Warning[] } {
  const { prompt, tools = [], toolChoice, responseFormat, providerOptions } = options;
  const functions = tools.flatMap((tool) =>
    tool.type === 'function'
      ? [
          {
            type: 'function',
            function: { name: tool.name, description: tool.description, parameters: tool.inputSchema },
          },
        ]
      : [],
  );
  const warnings = tools.flatMap((tool): SharedV3Warning[] =>
    tool.type === 'function' ? [] : [{ type: 'unsupported', feature: `provider-defined tool ${tool.id}` }],
  );
  if (
    prompt.some(
      ({ role, content }) => role === 'assistant' && content.some(({ type }) => type === 'reasoning'),
    )
  )
    warnings.push({ type: 'unsupported', feature: 'reasoning', details: 'earlier reasoning is not sent' });
  const body = {
    model,
    messages: prompt.flatMap(chatMessages),
    max_tokens: options.maxOutputTokens,
    temperature: options.temperature,
    top_p: options.topP,
    top_k: options.topK,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    stop: options.stopSequences,
    seed: options.seed,
    tools: functions.length > 0 ? functions : undefined,
    tool_choice:
      toolChoice?.type === 'tool'
        ? { type: 'function', function: { name: toolChoice.toolName } }
        : toolChoice?.type,
    response_format: formatOf(responseFormat),
    ...providerOptions?.['isobit'],
  };
  return { body, warnings };
}

const formatOf = (format: LanguageModelV3CallOptions['responseFormat']): object | undefined => {
  if (format?.type !== 'json') return undefined;
  const { schema, name = 'answer', description } = format;
  return schema
    ? { type: 'json_schema', json_schema: { name, description, schema, strict: true } }
    : { type: 'json_object' };
};
