import { limits } from '@isobit/core';
import type { ChatMessage } from '@isobit/receipt';
import { Members } from '../common/members.ts';

const ROLES = ['system', 'user', 'assistant', 'tool'];
/** Calls have no ids in this API: they are numbered, in as many digits as some templates want. */
const ID_DIGITS = 9;

/** The messages of a chat (specs/ollama.md section 2.1). @throws CodedError of the `API_` codes */
export function readMessages(body: Members): ChatMessage[] {
  const list = body.required('messages', body.list('messages'));
  if (list.length === 0 || list.length > limits.chatMessages)
    throw body.outside('messages', `a list of 1 to ${limits.chatMessages} messages`);
  let numbered = 0;
  /** Calls that no tool has answered yet, oldest first. */
  const open: { readonly id: string; readonly name: string }[] = [];
  return list.map((each, index) => {
    const message = new Members(each, `messages[${index}]`);
    const role = message.required('role', message.text('role'));
    if (!ROLES.includes(role)) throw message.unsupported('role', `is none of ${ROLES.join(', ')}`);
    const content = message.text('content') ?? '';
    message.only('thinking', [''], 'is not served: no model here thinks');
    refuseImages(message);
    const calls = role === 'assistant' ? readCalls(message) : [];
    const name = role === 'tool' ? (message.text('tool_name') ?? message.text('name')) : undefined;
    const stated = role === 'tool' ? message.text('tool_call_id') : undefined;
    message.done();
    const toolCalls = calls.map((call) => {
      const id = String(numbered++).padStart(ID_DIGITS, '0');
      open.push({ id, name: call.name });
      return { id, ...call };
    });
    const toolCallId = role === 'tool' ? (stated ?? answered(open, name)) : undefined;
    return {
      role,
      content,
      ...(name ? { name } : {}),
      ...(toolCalls.length > 0 ? { toolCalls } : {}),
      ...(toolCallId === undefined ? {} : { toolCallId }),
    };
  });
}

/** The call that a tool's message answers: the oldest open one of its name, else the oldest. */
function answered(open: { id: string; name: string }[], name: string | undefined): string | undefined {
  const named = open.findIndex((call) => call.name === name);
  return open.splice(Math.max(named, 0), 1)[0]?.id;
}

function readCalls(message: Members): { name: string; arguments: string }[] {
  const list = message.list('tool_calls') ?? [];
  if (list.length > limits.chatTools)
    throw message.outside('tool_calls', `a list of at most ${limits.chatTools} calls`);
  return list.map((each, index) => {
    const call = new Members(each, `${message.at('tool_calls')}[${index}]`);
    const called = call.required('function', call.object('function'));
    const name = called.required('name', called.text('name'));
    if (name === '') throw called.outside('name', 'a name');
    const written = called.object('arguments') ? JSON.stringify(called.take('arguments')) : '{}';
    called.ignore('index');
    called.done();
    call.ignore('id', 'type');
    call.done();
    return { name, arguments: written };
  });
}

/** @throws CodedError `API_UNSUPPORTED` where there is one */
export function refuseImages(members: Members): void {
  if ((members.list('images') ?? []).length > 0)
    throw members.unsupported('images', 'must be empty: models here read text');
}
