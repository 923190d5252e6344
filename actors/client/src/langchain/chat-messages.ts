import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages';

const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  ai: 'assistant',
  system: 'system',
  tool: 'tool',
};

/** A message of LangChain as one of OpenAI's chat API. What is no text keeps its type, so that it is refused by name. */
export function chatMessage(message: BaseMessage): object {
  const { type, name, content } = message;
  const calls = AIMessage.isInstance(message) ? (message.tool_calls ?? []) : [];
  return {
    role: ROLES[type] ?? ('role' in message ? message.role : type),
    ...(name ? { name } : {}),
    content: contentOf(content),
    ...(calls.length > 0
      ? {
          tool_calls: calls.map(({ id, name, args }) => ({
            id,
            type: 'function',
            function: { name, arguments: JSON.stringify(args) },
          })),
        }
      : {}),
    ...(ToolMessage.isInstance(message) ? { tool_call_id: message.tool_call_id } : {}),
  };
}

/** Calls stand in a member of their own. */
const contentOf = (content: BaseMessage['content']): string | object[] =>
  typeof content === 'string'
    ? content
    : content
        .filter(({ type }) => type !== 'tool_call' && type !== 'tool_use')
        .map((part) => (part.type === 'text' ? { type: 'text', text: part['text'] } : { type: part.type }));
