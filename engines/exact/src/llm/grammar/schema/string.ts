import { all, type Expression, repeat, rule, text } from '../expression.ts';
import { unsupported } from '../fault.ts';
import { json } from '../json.ts';
import type { Keywords } from './keywords.ts';

/** A text; its length in characters as written, an escaped pair of surrogates counting as one. */
export function stringOf(keywords: Keywords): Expression {
  const least = keywords.count('minLength') ?? 0;
  const most = keywords.count('maxLength');
  if (least === 0 && most === undefined) return json.string;
  if (most !== undefined && most < least) throw unsupported(keywords.where, 'has maxLength below minLength');
  return all(text('"'), repeat(rule('json-character'), least, most), text('"'));
}
