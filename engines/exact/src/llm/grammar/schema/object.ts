import { all, any, type Expression, optional, repeat, text } from '../expression.ts';
import { invalid, unsupported } from '../fault.ts';
import { json, separator } from '../json.ts';
import type { Keywords } from './keywords.ts';
import type { Translate } from './translate.ts';

/**
 * An object: its properties in the order of the schema, those that are not required possibly left out; then, where
 * `additionalProperties` asks for them, any others, whose names are not compared with those before.
 */
export function objectOf(keywords: Keywords, inner: Translate): Expression {
  const { where } = keywords;
  const properties = keywords.members('properties');
  const required = requiredOf(keywords);
  const additional = keywords.take('additionalProperties');
  if (!properties && required.size === 0 && additional === undefined) return json.object;
  const known = properties ?? [];
  for (const name of required)
    if (!known.some(([each]) => each === name))
      throw unsupported(where, `requires ${JSON.stringify(name)}, which is none of its properties`);
  const members = known.map(([name, schema]) => ({
    pair: pairOf(text(JSON.stringify(name)), inner(schema, `${where}/properties/${escaped(name)}`)),
    optional: !required.has(name),
  }));
  // Absent beside properties: none, as those who write schemas for answers mean it.
  const others =
    additional === undefined || additional === false
      ? undefined
      : pairOf(json.string, inner(additional, `${where}/additionalProperties`));
  return all(text('{'), body(members, others), text('}'));
}

interface Member {
  readonly pair: Expression;
  readonly optional: boolean;
}

/** From the last to the first, so that no expression is built twice. */
function body(members: readonly Member[], others: Expression | undefined): Expression {
  const comma = separator.comma;
  /** What may come behind a member, and what may come where none has been written yet. */
  let behind: Expression = others ? repeat(all(comma, others), 0) : all();
  let alone: Expression = others ? optional(all(others, behind)) : all();
  for (const { pair, optional: mayLack } of members.toReversed()) {
    const first = all(pair, behind);
    const next = all(comma, pair, behind);
    alone = mayLack ? any(first, alone) : first;
    behind = mayLack ? any(next, behind) : next;
  }
  return alone;
}

const pairOf = (name: Expression, value: Expression): Expression => all(name, separator.colon, value);

function requiredOf(keywords: Keywords): Set<string> {
  const names = keywords.list('required') ?? [];
  for (const name of names)
    if (typeof name !== 'string')
      throw invalid(`requires something at ${keywords.where || 'its root'} that is no name`);
  return new Set(names as string[]);
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
