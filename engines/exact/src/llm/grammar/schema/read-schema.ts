import { utf8 } from '@isobit/core';
import { all, type Expression, type Grammar, ROOT, rule } from '../expression.ts';
import { invalid, overLimit, unsupported } from '../fault.ts';
import { gap, jsonRules } from '../json.ts';
import { grammarLimits } from '../limits.ts';
import { type Schema, translate } from './translate.ts';

/** Any JSON object: what `{"kind":"json"}` asks for. */
export const jsonGrammar = (): Grammar => new Map([...jsonRules, [ROOT, all(gap, rule('json-object'))]]);

/**
 * The grammar of the JSON texts that a schema takes (specs/grammar.md section 3.2).
 *
 * @param source JSON Schema as JSON text
 * @throws CodedError `GRAMMAR_INVALID` no JSON, `GRAMMAR_UNSUPPORTED` a keyword that is not described, by name,
 * `GRAMMAR_LIMIT`
 */
export function readSchema(source: string): Grammar {
  if (utf8(source).length > grammarLimits.textBytes)
    throw overLimit(`has more than ${grammarLimits.textBytes} bytes`);
  const whole = parse(source);
  const rules = new Map<string, Expression>(jsonRules);
  const waiting: string[] = [];

  /** The rule of a schema by its pointer; a schema may refer to itself. */
  function refer(reference: string, where: string): Expression {
    if (!reference.startsWith('#'))
      throw unsupported(where, `refers to ${JSON.stringify(reference)}, another document`);
    const name = `ref:${reference}`;
    if (!rules.has(name)) {
      rules.set(name, all());
      waiting.push(reference);
    }
    return rule(name);
  }

  rules.set(ROOT, all(gap, translate(whole, '', refer)));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const target = resolve(whole, next);
    if (target === undefined)
      throw invalid(`refers to ${JSON.stringify(next)}, which the schema does not have`);
    rules.set(`ref:${next}`, translate(target, next.slice(1), refer));
  }
  return rules;
}

function parse(source: string): Schema {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw invalid(`is a schema that is no JSON: ${(error as Error).message.slice(0, 120)}`);
  }
}

/** RFC 6901 within a URI fragment; own members alone. */
function resolve(whole: Schema, reference: string): Schema | undefined {
  let at: unknown = whole;
  let pointer: string;
  try {
    pointer = decodeURIComponent(reference.slice(1));
  } catch {
    return undefined;
  }
  if (pointer !== '' && !pointer.startsWith('/')) return undefined;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
