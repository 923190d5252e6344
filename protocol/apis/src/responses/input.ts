import { limits } from '@isobit/core';
import type { ChatMessage } from '@isobit/receipt';
import { Members } from '../common/members.ts';

type Call = NonNullable<ChatMessage['toolCalls']>[number];

/** `developer` is what later models call `system`; templates know the older word. */
const ROLES: Readonly<Record<string, string>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

/** The messages that the member `input` stands for (specs/responses.md section 2.1). @throws CodedError of the `API_` codes */
export function readInput(body: Members): ChatMessage[] {
  const value = body.required('input', body.take('input'));
  if (typeof value === 'string') return [{ role: 'user', content: body.text('input') as string }];
  if (!Array.isArray(value)) throw body.wrong('input', 'a string or a list of items');
  if (value.length === 0 || value.length > limits.chatMessages)
    throw body.outside('input', `a list of 1 to ${limits.chatMessages} items`);
  const messages: ChatMessage[] = [];
  for (const [index, each] of value.entries()) {
    const item = new Members(each, `input[${index}]`);
    const type = item.text('type') ?? 'message';
    if (type === 'message') messages.push(readMessage(item));
    else if (type === 'function_call_output') messages.push(readOutput(item));
    else if (type === 'function_call') addCall(messages, readCall(item), item);
    else
      throw item.unsupported(
        'type',
        'is none of message, function_call, function_call_output: nothing else is served',
      );
  }
  return messages;
}

function readMessage(item: Members): ChatMessage {
  const stated = item.required('role', item.text('role'));
  const role = Object.hasOwn(ROLES, stated) ? ROLES[stated] : undefined;
  if (role === undefined) throw item.unsupported('role', `is none of ${Object.keys(ROLES).join(', ')}`);
  const content = readTexts(item, 'content');
  item.ignore('id', 'status');
  item.done();
  return { role, content };
}

/** A text, or parts of text, which stand on lines of their own. */
function readTexts(item: Members, name: string): string {
  const value = item.required(name, item.take(name));
  if (!Array.isArray(value)) return item.text(name) as string;
  return value
    .map((each, index) => {
      const part = new Members(each, `${item.at(name)}[${index}]`);
      const type = part.required('type', part.text('type'));
      if (type !== 'input_text' && type !== 'output_text')
        throw part.unsupported('type', 'is neither input_text nor output_text: nothing else is served');
      const text = part.required('text', part.text('text'));
      // What answers hold, and what the API's own packages add to them.
      part.ignore('annotations', 'logprobs', 'parsed', 'prompt_cache_breakpoint');
      part.done();
      return text;
    })
    .join('\n');
}

function readOutput(item: Members): ChatMessage {
  const toolCallId = item.required('call_id', item.text('call_id'));
  const content = readTexts(item, 'output');
  item.ignore('id', 'status');
  item.done();
  return { role: 'tool', content, toolCallId };
}

function readCall(item: Members): Call {
  const id = item.required('call_id', item.text('call_id'));
  const name = item.required('name', item.text('name'));
  const written = item.required('arguments', item.text('arguments'));
  item.ignore('id', 'status', 'parsed_arguments');
  item.done();
  if (id === '') throw item.outside('call_id', 'the id of a call');
  if (name === '') throw item.outside('name', 'the name of a tool');
  return { id, name, arguments: written };
}

/** Calls stand in the message of the answer that made them, as the words before them do. */
function addCall(messages: ChatMessage[], call: Call, item: Members): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') {
    messages.push({ role: 'assistant', content: '', toolCalls: [call] });
    return;
  }
  const calls = last.toolCalls ?? [];
  if (calls.length >= limits.chatTools)
    throw item.outside('type', `"message" behind ${limits.chatTools} calls of one answer`);
  messages[messages.length - 1] = { ...last, toolCalls: [...calls, call] };
}
