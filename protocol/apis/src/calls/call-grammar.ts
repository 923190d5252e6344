import type { ChatTool, Grammar } from '@isobit/receipt';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Keywords whose values are data: a `$ref` in them is no reference. */
const DATA = new Set(['const', 'enum', 'default', 'examples']);
/** Keywords whose members are named by the schema's author. */
const NAMED = new Set(['properties', '$defs', 'definitions']);

const ANY_ARGUMENTS: Json = { type: 'object', properties: {} };

/**
 * The grammar of a call of one of these tools, and of nothing else but an answer where one may come instead: so that
 * a call that was asked for is one, under any model (specs/apis.md section 5.2).
 *
 * @param answer JSON Schema of the answer that may come instead of a call, where one may
 */
export function callGrammar(tools: readonly ChatTool[], answer?: unknown): Grammar {
  const definitions: Record<string, Json> = {};
  const calls = tools.map(({ name, parameters }, index): Json => {
    const key = `tool${index}`;
    const schema = parameters === undefined ? ANY_ARGUMENTS : (JSON.parse(parameters) as Json);
    definitions[key] = rebased(schema, `#/$defs/${key}`);
    return {
      type: 'object',
      properties: { name: { const: name }, arguments: { $ref: `#/$defs/${key}` } },
      required: ['name', 'arguments'],
      additionalProperties: false,
    };
  });
  if (answer !== undefined) {
    definitions['answer'] = rebased(answer as Json, '#/$defs/answer');
    calls.push({ $ref: '#/$defs/answer' });
  }
  const [only] = calls;
  const one = calls.length === 1 ? (only as { [name: string]: Json }) : { anyOf: calls };
  return { kind: 'schema', schema: JSON.stringify({ ...one, $defs: definitions }) };
}

/** A schema that stands at `root` of another: its references to itself lead there. */
function rebased(schema: Json, root: string): Json {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (isList(schema)) return schema.map((each) => rebased(each, root));
  return record(
    Object.entries(schema).map(([name, value]) => {
      if (name === '$ref' && typeof value === 'string' && value.startsWith('#'))
        return [name, `${root}${value.slice(1)}`];
      if (DATA.has(name)) return [name, value];
      if (NAMED.has(name) && typeof value === 'object' && value !== null && !isList(value))
        return [name, record(Object.entries(value).map(([key, each]) => [key, rebased(each, root)]))];
      return [name, rebased(value, root)];
    }),
  );
}

const record = (entries: readonly (readonly [string, Json])[]): Json => Object.fromEntries(entries);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
