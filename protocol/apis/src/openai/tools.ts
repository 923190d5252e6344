import { limits } from '@isobit/core';
import type { ChatTool, Grammar } from '@isobit/receipt';
import { callGrammar } from '../calls/call-grammar.ts';
import { Members } from '../common/members.ts';

/** What a body's tools, choice and format make of its request (specs/openai.md section 2.2). */
export interface ToolsAsk {
  /** What the model is told of; empty where it may not call. */
  readonly tools: readonly ChatTool[];
  readonly grammar?: Grammar;
}

/** @throws CodedError of the `API_` codes */
export function readTools(body: Members): ToolsAsk {
  const offered = readFunctions(body);
  return toolsAsk(offered, readChoice(body, offered), readFormat(body));
}

/** What the tools that are offered, the choice among them and the format of words come to. */
export function toolsAsk(offered: readonly ChatTool[], choice: ToolChoice, format: Format): ToolsAsk {
  if (choice === 'none' || offered.length === 0) return { tools: [], ...grammarOf(format) };
  if (Array.isArray(choice)) return { tools: offered, grammar: callGrammar(choice) };
  return format === undefined
    ? { tools: offered }
    : { tools: offered, grammar: callGrammar(offered, format === 'json' ? ANY_OBJECT : format.schema) };
}

const ANY_OBJECT = { type: 'object' };

/** Where a function stands: in a member of its own, or `flat` beside its type. */
export type FunctionForm = 'nested' | 'flat';

/** Tools that are functions. @throws CodedError of the `API_` codes */
export function readFunctions(body: Members, form: FunctionForm = 'nested'): ChatTool[] {
  const list = body.list('tools') ?? [];
  if (list.length > limits.chatTools)
    throw body.outside('tools', `a list of at most ${limits.chatTools} tools`);
  const tools = list.map((each, index) => {
    const tool = new Members(each, `tools[${index}]`);
    const type = tool.required('type', tool.text('type'));
    if (type !== 'function') throw tool.unsupported('type', 'must be "function": nothing else is served');
    const called = functionOf(tool, form);
    const name = called.required('name', called.text('name'));
    if (name === '') throw called.outside('name', 'a name');
    const description = called.text('description');
    const parameters = called.object('parameters') ? JSON.stringify(called.take('parameters')) : undefined;
    // A call that was asked for fits its schema; others are what the model wrote.
    called.ignore('strict');
    called.done();
    tool.done();
    return {
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parameters }),
    };
  });
  const names = tools.map(({ name }) => name);
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice >= 0)
    throw new Members(list[twice], `tools[${twice}]`).outside(
      form === 'flat' ? 'name' : 'function.name',
      'a name that no other tool has',
    );
  return tools;
}

const functionOf = (members: Members, form: FunctionForm): Members =>
  form === 'flat' ? members : members.required('function', members.object('function'));

/** Whether the model may call, or the tools one of which it must call. */
export type ToolChoice = 'auto' | 'none' | ChatTool[];

/** @throws CodedError of the `API_` codes */
export function readChoice(
  body: Members,
  offered: readonly ChatTool[],
  form: FunctionForm = 'nested',
): ToolChoice {
  const value = body.take('tool_choice');
  if (value === undefined || value === 'auto') return 'auto';
  if (value === 'none') return 'none';
  if (value === 'required') {
    if (offered.length > 0) return [...offered];
    throw body.outside('tool_choice', '"none" or "auto" where no tools are given');
  }
  if (typeof value !== 'object')
    throw body.outside('tool_choice', '"none", "auto", "required" or the name of a function');
  const named = new Members(value, 'tool_choice');
  named.only('type', ['function'], 'must be "function": nothing else is served');
  const called = functionOf(named, form);
  const name = called.required('name', called.text('name'));
  called.done();
  named.done();
  const tool = offered.find((each) => each.name === name);
  if (!tool) throw called.outside('name', 'the name of one of the tools');
  return [tool];
}

/** What words must be; absent: anything. */
export type Format = 'json' | { readonly schema: unknown } | undefined;

function readFormat(body: Members): Format {
  const format = body.object('response_format');
  if (!format) return undefined;
  const type = format.required('type', format.text('type'));
  if (type === 'text' || type === 'json_object') {
    format.done();
    return type === 'text' ? undefined : 'json';
  }
  if (type !== 'json_schema') throw format.unsupported('type', 'is none of text, json_object, json_schema');
  const described = format.required('json_schema', format.object('json_schema'));
  const schema = described.required('schema', described.object('schema')) && described.take('schema');
  // Whatever is asked for, the answer fits the schema exactly.
  described.ignore('name', 'description', 'strict');
  described.done();
  format.done();
  return { schema };
}

function grammarOf(format: Format): { grammar?: Grammar } {
  if (format === undefined) return {};
  return {
    grammar: format === 'json' ? { kind: 'json' } : { kind: 'schema', schema: JSON.stringify(format.schema) },
  };
}
