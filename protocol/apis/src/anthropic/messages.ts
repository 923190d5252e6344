import { limits } from '@isobit/core';
import type { ChatMessage } from '@isobit/receipt';
import { Members } from '../common/members.ts';

/** The messages of a conversation, the system's first (specs/anthropic.md section 2.1). @throws CodedError of the `API_` codes */
export function readMessages(body: Members): ChatMessage[] {
  const system = readSystem(body);
  const list = body.required('messages', body.list('messages'));
  if (list.length === 0) throw body.outside('messages', 'a list of messages');
  const messages = list.flatMap((each, index) => readMessage(new Members(each, `messages[${index}]`)));
  if (messages.at(-1)?.role === 'assistant')
    throw body.unsupported(
      'messages',
      'must not end with an assistant: an answer that is begun is not gone on with',
    );
  const all = system === undefined ? messages : [{ role: 'system', content: system }, ...messages];
  if (all.length > limits.chatMessages)
    throw body.outside('messages', `a list of at most ${limits.chatMessages} messages`);
  return all;
}

/** A text, or blocks of text, which stand on lines of their own. */
function readSystem(body: Members): string | undefined {
  const value = body.take('system');
  return Array.isArray(value) ? readTexts(value, 'system') : body.text('system');
}

function readTexts(list: readonly unknown[], path: string): string {
  return list
    .map((each, index) => {
      const block = new Members(each, `${path}[${index}]`);
      const type = block.required('type', block.text('type'));
      if (type !== 'text') throw block.unsupported('type', 'must be "text": nothing else is served here');
      return readText(block);
    })
    .join('\n');
}

function readText(block: Members): string {
  const text = block.required('text', block.text('text'));
  block.ignore('cache_control', 'citations');
  block.done();
  return text;
}

function readMessage(message: Members): ChatMessage[] {
  const role = message.required('role', message.text('role'));
  if (role !== 'user' && role !== 'assistant')
    throw message.unsupported('role', 'is neither user nor assistant');
  const value = message.required('content', message.take('content'));
  if (typeof value === 'string') {
    const content = message.text('content') as string;
    message.done();
    return [{ role, content }];
  }
  const blocks = message.required('content', message.list('content'));
  message.done();
  const members = blocks.map((each, index) => new Members(each, `${message.at('content')}[${index}]`));
  return role === 'user' ? readUser(members) : [readAssistant(members)];
}

/** Results of tools become messages of tools, where they stand; texts between them messages of the user. */
function readUser(blocks: readonly Members[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let texts: string[] = [];
  const flush = (): void => {
    if (texts.length > 0) messages.push({ role: 'user', content: texts.join('\n') });
    texts = [];
  };
  for (const block of blocks) {
    const type = block.required('type', block.text('type'));
    if (type === 'text') texts.push(readText(block));
    else if (type === 'tool_result') {
      flush();
      messages.push(readResult(block));
    } else throw block.unsupported('type', 'is neither text nor tool_result: nothing else is served');
  }
  flush();
  return messages.length > 0 ? messages : [{ role: 'user', content: '' }];
}

function readResult(block: Members): ChatMessage {
  const toolCallId = block.required('tool_use_id', block.text('tool_use_id'));
  const value = block.take('content');
  const content = Array.isArray(value)
    ? readTexts(value, block.at('content'))
    : (block.text('content') ?? '');
  // What went wrong stands in the content: messages have no other place for it.
  block.flag('is_error');
  block.ignore('cache_control');
  block.done();
  return { role: 'tool', content, toolCallId };
}

function readAssistant(blocks: readonly Members[]): ChatMessage {
  const texts: string[] = [];
  const toolCalls: NonNullable<ChatMessage['toolCalls']> = [];
  for (const block of blocks) {
    const type = block.required('type', block.text('type'));
    if (type === 'text') texts.push(readText(block));
    else if (type === 'tool_use') toolCalls.push(readUse(block));
    else throw block.unsupported('type', 'is neither text nor tool_use: nothing else is served');
  }
  return {
    role: 'assistant',
    content: texts.join('\n'),
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
  };
}

function readUse(block: Members) {
  const id = block.required('id', block.text('id'));
  const name = block.required('name', block.text('name'));
  block.required('input', block.object('input'));
  const written = JSON.stringify(block.take('input'));
  block.ignore('cache_control', 'caller');
  block.done();
  return { id, name, arguments: written };
}
