import { all, any, type Expression, text } from '../expression.ts';
import { invalid, overLimit, unsupported } from '../fault.ts';
import { json, number } from '../json.ts';
import { grammarLimits } from '../limits.ts';
import { arrayOf } from './array.ts';
import { integerOf } from './integer.ts';
import { type Keywords, readKeywords } from './keywords.ts';
import { objectOf } from './object.ts';
import { stringOf } from './string.ts';

/** A value of a parsed schema: nothing is known of it yet. */
export type Schema = unknown;

/** The rule behind a `$ref`. */
export type Refer = (reference: string, where: string) => Expression;

/** What a keyword's own schemas become. @param where JSON pointer */
export type Translate = (schema: Schema, where: string) => Expression;

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;

/** @throws CodedError `GRAMMAR_INVALID`, `GRAMMAR_UNSUPPORTED`, `GRAMMAR_LIMIT` */
export function translate(schema: Schema, where: string, refer: Refer, depth = 0): Expression {
  if (depth > grammarLimits.depth) throw overLimit(`nests deeper than ${grammarLimits.depth} schemas`);
  if (schema === true) return json.value;
  if (schema === false) throw unsupported(where, 'is false: nothing fits it');
  const keywords = readKeywords(schema, where);
  const inner: Translate = (each, place) => translate(each, place, refer, depth + 1);
  const found = combined(keywords, inner, refer) ?? typed(keywords, inner);
  keywords.end();
  return found;
}

/** A value of a list, a reference or a choice among schemas. */
function combined(keywords: Keywords, inner: Translate, refer: Refer): Expression | undefined {
  const { where } = keywords;
  const reference = keywords.text('$ref');
  if (reference !== undefined) return refer(reference, where);
  const values = keywords.has('const') ? [keywords.take('const')] : keywords.list('enum');
  if (values) {
    if (values.length === 0) throw unsupported(where, 'has an empty enum: nothing fits it');
    // The type beside values says nothing new where each value is of it, as people write it.
    keywords.take('type');
    return { kind: 'any', of: values.map((value) => literal(value, where)) };
  }
  for (const name of ['anyOf', 'oneOf', 'allOf'] as const) {
    const choices = keywords.list(name);
    if (!choices) continue;
    if (choices.length === 0) throw invalid(`has an empty ${name} at ${where || 'its root'}`);
    if (name === 'allOf' && choices.length > 1)
      throw unsupported(where, 'has an allOf of several schemas, which has no grammar');
    return { kind: 'any', of: choices.map((choice, i) => inner(choice, `${where}/${name}/${i}`)) };
  }
  return undefined;
}

function literal(value: unknown, where: string): Expression {
  const written = JSON.stringify(value);
  if (written === undefined) throw invalid(`has a value at ${where || 'its root'} that is no JSON`);
  return text(written);
}

function typed(keywords: Keywords, inner: Translate): Expression {
  const types = typesOf(keywords);
  if (types.length === 0) return json.value;
  return any(...types.map((type) => ofType(type, keywords, inner)));
}

function typesOf(keywords: Keywords): readonly (typeof TYPES)[number][] {
  const stated = keywords.take('type');
  const types = Array.isArray(stated) ? stated : stated === undefined ? impliedBy(keywords) : [stated];
  for (const type of types)
    if (!(TYPES as readonly unknown[]).includes(type))
      throw invalid(`has the type ${JSON.stringify(type)} at ${keywords.where || 'its root'}`);
  if (Array.isArray(stated) && stated.length === 0)
    throw invalid(`has no type at ${keywords.where || 'its root'}`);
  return types as (typeof TYPES)[number][];
}

function impliedBy(keywords: Keywords): string[] {
  if (['properties', 'required', 'additionalProperties'].some((name) => keywords.has(name)))
    return ['object'];
  if (['items', 'prefixItems', 'minItems', 'maxItems'].some((name) => keywords.has(name))) return ['array'];
  if (['minLength', 'maxLength'].some((name) => keywords.has(name))) return ['string'];
  return [];
}

function ofType(type: (typeof TYPES)[number], keywords: Keywords, inner: Translate): Expression {
  switch (type) {
    case 'object':
      return objectOf(keywords, inner);
    case 'array':
      return arrayOf(keywords, inner);
    case 'string':
      return stringOf(keywords);
    case 'integer':
      return integerOf(keywords);
    case 'number':
      return number;
    case 'boolean':
      return any(text('true'), text('false'));
    case 'null':
      return all(text('null'));
  }
}
