import type { LanguageModelV3Message, LanguageModelV3ToolResultPart } from '@ai-sdk/provider';

/** A message of the AI SDK as messages of OpenAI's chat API. What is no text keeps its type, so that it is refused by name. */
export function chatMessages(message: LanguageModelV3Message): object[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.content }];
    case 'user':
      return [{ role: 'user', content: message.content.map((part) => partOf(part)) }];
    case 'assistant': {
      const calls = message.content.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
      const parts = message.content.filter(({ type }) => type !== 'tool-call' && type !== 'reasoning');
      return [
        {
          role: 'assistant',
          content: parts.length > 0 ? parts.map(partOf) : null,
          ...(calls.length > 0
            ? {
                tool_calls: calls.map(({ toolCallId, toolName, input }) => ({
                  id: toolCallId,
                  type: 'function',
                  function: { name: toolName, arguments: JSON.stringify(input) },
                })),
              }
            : {}),
        },
      ];
    }
    case 'tool':
      return message.content.flatMap((part) =>
        part.type === 'tool-result'
          ? [{ role: 'tool', tool_call_id: part.toolCallId, content: resultOf(part) }]
          : [],
      );
  }
}

const partOf = (part: { type: string; text?: string }): object =>
  part.type === 'text' ? { type: 'text', text: part.text } : { type: part.type };

function resultOf({ output }: LanguageModelV3ToolResultPart): string | object[] {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value;
    case 'json':
    case 'error-json':
      return JSON.stringify(output.value);
    case 'execution-denied':
      return output.reason ?? 'The call was not allowed.';
    case 'content':
      return output.value.map((part) => partOf(part));
  }
}
