import { limits } from '@isobit/core';
import type { ChatMessage } from '@isobit/receipt';
import { Members } from '../common/members.ts';
import { apiError } from '../errors.ts';

/** `developer` is what later models call `system`; templates know the older word. */
const ROLES: Readonly<Record<string, string>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
};

/** The messages of a chat (specs/openai.md section 2.1). @throws CodedError of the `API_` codes */
export function readMessages(body: Members): ChatMessage[] {
  const list = body.required('messages', body.list('messages'));
  if (list.length === 0 || list.length > limits.chatMessages)
    throw body.outside('messages', `a list of 1 to ${limits.chatMessages} messages`);
  return list.map((each, index) => readMessage(new Members(each, `messages[${index}]`)));
}

function readMessage(message: Members): ChatMessage {
  const stated = message.required('role', message.text('role'));
  const role = Object.hasOwn(ROLES, stated) ? ROLES[stated] : undefined;
  if (role === undefined) throw message.unsupported('role', `is none of ${Object.keys(ROLES).join(', ')}`);
  const name = message.text('name');
  const content = readContent(message);
  const calls = role === 'assistant' ? readCalls(message) : undefined;
  const toolCallId = role === 'tool' ? message.text('tool_call_id') : undefined;
  if (role === 'tool') message.required('tool_call_id', toolCallId);
  // What answers of this API hold, and clients send back.
  if (role === 'assistant') message.ignore('annotations');
  message.done({ function_call: 'is the older form of "tool_calls", which is served' });
  if (content === undefined && !calls) message.required('content', content);
  return {
    role,
    content: content ?? '',
    ...(name ? { name } : {}),
    ...(calls ? { toolCalls: calls } : {}),
    ...(toolCallId === undefined ? {} : { toolCallId }),
  };
}

/** A text, or parts of text, which stand on lines of their own. */
function readContent(message: Members): string | undefined {
  const value = message.take('content');
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return message.text('content');
  return value
    .map((each, index) => {
      const part = new Members(each, `${message.at('content')}[${index}]`);
      const type = part.required('type', part.text('type'));
      if (type !== 'text') throw part.unsupported('type', 'must be "text": nothing else is served');
      const text = part.required('text', part.text('text'));
      part.ignore('annotations', 'cache_control', 'prompt_cache_breakpoint');
      part.done();
      return text;
    })
    .join('\n');
}

function readCalls(message: Members): NonNullable<ChatMessage['toolCalls']> | undefined {
  const list = message.list('tool_calls');
  if (!list || list.length === 0) return undefined;
  if (list.length > limits.chatTools)
    throw message.outside('tool_calls', `a list of at most ${limits.chatTools} calls`);
  return list.map((each, index) => {
    const call = new Members(each, `${message.at('tool_calls')}[${index}]`);
    const id = call.required('id', call.text('id'));
    call.only('type', ['function'], 'must be "function": nothing else is served');
    const called = call.required('function', call.object('function'));
    const name = called.required('name', called.text('name'));
    const written = called.required('arguments', called.text('arguments'));
    called.done();
    // Deltas that a client put together keep their place.
    call.ignore('index');
    call.done();
    if (id === '' || name === '')
      throw apiError(
        'API_VALUE',
        `"${call.at('id')}" and the name of a call must not be empty`,
        call.at('id'),
      );
    return { id, name, arguments: written };
  });
}
