import { limits } from '@isobit/core';
import type { ChatTool, Grammar } from '@isobit/receipt';
import { callGrammar } from '../calls/call-grammar.ts';
import { Members } from '../common/members.ts';

/** What a body's tools, choice and format make of its request (specs/anthropic.md section 2.2). */
export interface ToolsAsk {
  readonly tools: readonly ChatTool[];
  readonly grammar?: Grammar;
}

/** @throws CodedError of the `API_` codes */
export function readTools(body: Members): ToolsAsk {
  const offered = readOffered(body);
  const choice = readChoice(body, offered);
  const schema = readSchema(body);
  if (choice === 'none' || offered.length === 0)
    return {
      tools: [],
      ...(schema === undefined ? {} : { grammar: { kind: 'schema', schema: JSON.stringify(schema) } }),
    };
  if (Array.isArray(choice)) return { tools: offered, grammar: callGrammar(choice) };
  return schema === undefined
    ? { tools: offered }
    : { tools: offered, grammar: callGrammar(offered, schema) };
}

function readOffered(body: Members): ChatTool[] {
  const list = body.list('tools') ?? [];
  if (list.length > limits.chatTools)
    throw body.outside('tools', `a list of at most ${limits.chatTools} tools`);
  const tools = list.map((each, index) => {
    const tool = new Members(each, `tools[${index}]`);
    tool.only('type', ['custom'], 'must be "custom": tools that a server runs are not served');
    const name = tool.required('name', tool.text('name'));
    const description = tool.text('description');
    tool.required('input_schema', tool.object('input_schema'));
    const parameters = JSON.stringify(tool.take('input_schema'));
    tool.ignore('cache_control', 'strict', 'eager_input_streaming');
    tool.done();
    if (name === '') throw tool.outside('name', 'a name');
    return { name, ...(description === undefined ? {} : { description }), parameters };
  });
  const names = tools.map(({ name }) => name);
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice >= 0)
    throw new Members(list[twice], `tools[${twice}]`).outside('name', 'a name that no other tool has');
  return tools;
}

function readChoice(body: Members, offered: readonly ChatTool[]): 'auto' | 'none' | ChatTool[] {
  const choice = body.object('tool_choice');
  if (!choice) return 'auto';
  const type = choice.required('type', choice.text('type'));
  const name = type === 'tool' ? choice.required('name', choice.text('name')) : undefined;
  choice.ignore('disable_parallel_tool_use');
  choice.done();
  if (type === 'auto' || type === 'none') return type;
  if (type === 'any' && offered.length > 0) return [...offered];
  const tool = offered.find((each) => each.name === name);
  if (type === 'tool' && tool) return [tool];
  if (type === 'tool') throw choice.outside('name', 'the name of one of the tools');
  throw choice.outside(
    'type',
    offered.length > 0 ? 'auto, any, tool or none' : 'auto or none where no tools are given',
  );
}

function readSchema(body: Members): unknown {
  const config = body.object('output_config');
  const format = config?.object('format');
  const type = format?.required('type', format.text('type'));
  if (type !== undefined && type !== 'json_schema')
    throw format?.unsupported('type', 'must be "json_schema"');
  const schema = format?.required('schema', format.object('schema')) && format.take('schema');
  format?.done();
  config?.done({ effort: 'is not served: no model here takes it' });
  return schema;
}
