import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type OpenApi, openApiFaults, sharedPath } from '@isobit/testing';
import OpenAI from 'openai';
import { type LanguageNode, startLanguageNode } from './language-node.ts';

/*
 * The cases by which gpt-oss tells whether a server's tools work, by shape: the storyteller knows nothing of weather, so that
 * what a call says is not compared, but that it is one of this tool, with arguments of these names and types.
 */

interface Case {
  readonly tool_name: string;
  readonly input: string;
  readonly expected_arguments: string;
}
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const folder = 'vectors/openai-gpt-oss-compat';
const cases = readFileSync(sharedPath(`${folder}/compatibility-test/cases.jsonl`), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Case);

/** A schema that an example fits, small enough for a small model to end. */
function schemaOf(example: Json): Record<string, unknown> {
  if (typeof example === 'string') return { type: 'string', maxLength: 8 };
  if (typeof example === 'number') return { type: 'integer', minimum: 0, maximum: 99 };
  if (Array.isArray(example))
    return { type: 'array', items: schemaOf(example[0] ?? ''), minItems: 1, maxItems: 2 };
  const entries = Object.entries(example as { [name: string]: Json });
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, each]) => [name, schemaOf(each)])),
    required: entries.map(([name]) => name),
    additionalProperties: false,
  };
}

/** The names and types of a value, and nothing of what it says. */
function shapeOf(value: Json): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0] ?? '')];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}

const functionOf = ({ tool_name: name, expected_arguments: example }: Case) => ({
  name,
  parameters: schemaOf(JSON.parse(example)),
});
const settings = { model: 'storyteller', temperature: 0 };

describe('the cases of gpt-oss, by shape', () => {
  let node: LanguageNode;
  let client: OpenAI;
  const document = JSON.parse(readFileSync(sharedPath('vectors/openai/openapi.json'), 'utf8')) as OpenApi;
  before(async () => {
    node = await startLanguageNode();
    client = new OpenAI({ baseURL: `${node.url}/v1`, apiKey: 'any key', maxRetries: 0 });
  });
  after(() => node[Symbol.asyncDispose]());
  const fits = (name: string, value: object, what: string) =>
    assert.deepEqual(openApiFaults(document, name, JSON.parse(JSON.stringify(value))), [], what);
  const isCallOf = (each: Case, name: string, written: string) => {
    assert.equal(name, each.tool_name);
    assert.deepEqual(shapeOf(JSON.parse(written)), shapeOf(JSON.parse(each.expected_arguments)), each.input);
  };

  test('through chat completions, and what the tool says is taken', async () => {
    assert.equal(cases.length, 30);
    for (const each of cases) {
      const messages = [{ role: 'user' as const, content: each.input }];
      const tools = [{ type: 'function' as const, function: functionOf(each) }];
      const answer = await client.chat.completions.create({
        ...settings,
        messages,
        tools,
        tool_choice: 'required',
        max_tokens: 200,
      });
      fits('CreateChatCompletionResponse', answer, each.input);
      const [choice] = answer.choices;
      const [call] = choice?.message.tool_calls ?? [];
      assert.ok(call?.type === 'function' && choice?.finish_reason === 'tool_calls', each.input);
      isCallOf(each, call.function.name, call.function.arguments);
      const said = { role: 'tool' as const, tool_call_id: call.id, content: 'done' };
      const next = await client.chat.completions.create({
        ...settings,
        messages: [...messages, choice.message, said],
        max_tokens: 4,
      });
      fits('CreateChatCompletionResponse', next, each.input);
      assert.ok(next.choices[0]?.message.content, each.input);
    }
  });

  test('through responses, streamed, and what the tool says is taken', async () => {
    for (const each of cases) {
      const tools = [{ type: 'function' as const, strict: true, ...functionOf(each) }];
      const stream = await client.responses.create({
        ...settings,
        input: each.input,
        tools,
        tool_choice: 'required',
        max_output_tokens: 200,
        stream: true,
      });
      let answer: OpenAI.Responses.Response | undefined;
      for await (const event of stream) {
        fits('ResponseStreamEvent', event, each.input);
        if (event.type === 'response.completed') answer = event.response;
      }
      const [item] = answer?.output ?? [];
      assert.ok(answer && item?.type === 'function_call', each.input);
      isCallOf(each, item.name, item.arguments);
      const next = await client.responses.create({
        ...settings,
        previous_response_id: answer.id,
        input: [{ type: 'function_call_output', call_id: item.call_id, output: 'done' }],
        max_output_tokens: 4,
      });
      fits('Response', next, each.input);
      assert.ok(next.output_text, each.input);
    }
  });

  test('the events of words come in the order of its stream, with its members', async () => {
    type Event = { readonly type: string } & Readonly<Record<string, unknown>>;
    const eventsIn = (text: string): Event[] =>
      [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Event);
    const response = await fetch(`${node.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...settings, input: 'Hi', instructions: 'Be brief.', stream: true }),
    });
    const ours = eventsIn(await response.text());
    // Thoughts, which its first item holds, no model here has.
    const theirs = eventsIn(
      readFileSync(sharedPath(`${folder}/tests-data/basic-event-stream.txt`), 'utf8'),
    ).filter(({ item }) => (item as { type?: string } | undefined)?.type !== 'reasoning');
    const kinds = (events: readonly Event[]) => [...new Set(events.map(({ type }) => type))];
    assert.deepEqual(kinds(ours), kinds(theirs));
    for (const event of theirs) {
      const own = ours.find(({ type }) => type === event.type) ?? {};
      assert.deepEqual(missing(event, own), [], event.type);
    }
    assert.deepEqual(missing({ type: 'x', part: { text: '' } }, { type: 'y', part: {} }), ['part.text']);
  });
});

/** What their answers hold and the API's document says may be missing. */
const OPTIONAL = ['max_tool_calls', 'usage', 'user'];

/** Members of one value that another lacks. */
function missing(theirs: object, ours: object): string[] {
  return Object.entries(theirs).flatMap(([name, value]) => {
    if (!Object.hasOwn(ours, name)) return OPTIONAL.includes(name) ? [] : [name];
    const own = (ours as Readonly<Record<string, unknown>>)[name];
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && typeof own === 'object' && own !== null
      ? missing(value, own).map((each) => `${name}.${each}`)
      : [];
  });
}
