import { decodeForeignJson, isCoded, limits, utf8 } from '@isobit/core';
import { type ChatTool, type Grammar, isChat, type TextRequest } from '@isobit/receipt';
import { callGrammar } from '../calls/call-grammar.ts';
import { apiError } from '../errors.ts';

/** A tool as OpenAI's API has it. @throws CodedError `API_UNSUPPORTED` where its parameters are no JSON */
export const toolOf = ({ name, description, parameters }: ChatTool) => ({
  type: 'function',
  function: {
    name,
    description,
    parameters: parameters === undefined ? undefined : jsonOf(parameters, `the parameters of tool "${name}"`),
  },
});

/**
 * What the answer's form must be, in a server's words (specs/upstream.md section 2.2): a grammar that stands for a
 * choice of tools becomes that choice again.
 *
 * @throws CodedError `API_UNSUPPORTED`
 */
export function formatMembers(
  { prompt, grammar }: TextRequest,
  kind: string,
): Readonly<Record<string, unknown>> {
  if (!grammar) return {};
  if (grammar.kind === 'gbnf') {
    if (kind === 'llama.cpp') return { grammar: grammar.grammar };
    throw apiError('API_UNSUPPORTED', '"grammar" of kind gbnf is served by llama.cpp only', 'grammar');
  }
  if (!isChat(prompt))
    throw apiError('API_UNSUPPORTED', '"grammar" is served beside messages only', 'grammar');
  if (grammar.kind === 'json') return { response_format: { type: 'json_object' } };
  const schema = jsonOf(grammar.schema, 'the schema of the answer');
  const tools = prompt.tools ?? [];
  // Parameters that are no JSON are refused before a grammar is made of them.
  for (const tool of tools) toolOf(tool);
  const isOf = (some: readonly ChatTool[], answer?: unknown): boolean =>
    isSame(callGrammar(some, answer), grammar);
  if (tools.length > 0 && isOf(tools)) return { tool_choice: 'required' };
  const named = tools.find((tool) => isOf([tool]));
  if (named) return { tool_choice: { type: 'function', function: { name: named.name } } };
  const answer = tools.length > 0 ? answerIn(schema) : undefined;
  const isEither = answer !== undefined && isOf(tools, answer);
  if (isEither && JSON.stringify(answer) === ANY_OBJECT) return { response_format: { type: 'json_object' } };
  const own = isEither ? answer : schema;
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: own } } };
}

/** What `response_format` of any JSON becomes beside calls. */
const ANY_OBJECT = '{"type":"object"}';

const isSame = (a: Grammar, b: Grammar): boolean =>
  a.kind === 'schema' && b.kind === 'schema' && a.schema === b.schema;

/** What may come instead of a call, with its references as they were, if a grammar of calls it is. */
function answerIn(schema: unknown): unknown {
  const { $defs } = (schema ?? {}) as { $defs?: { answer?: unknown } };
  const text = JSON.stringify($defs?.answer);
  return text === undefined ? undefined : JSON.parse(text.replaceAll('"$ref":"#/$defs/answer', '"$ref":"#'));
}

/** Within the depth and number of values that JSON may have here, so that writing it again cannot fail. */
function jsonOf(text: string, what: string): unknown {
  try {
    return decodeForeignJson(utf8(text), limits.apiBytes, limits.documentValues);
  } catch (error) {
    if (!isCoded(error)) throw error;
    throw apiError('API_UNSUPPORTED', `${what} must be JSON that can be passed on`, 'tools');
  }
}
