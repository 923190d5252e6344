import type { Expression } from '../expression.ts';
import { unsupported } from '../fault.ts';
import { integer } from '../json.ts';
import { integersBetween } from './integer-range.ts';
import type { Keywords } from './keywords.ts';

/** Integers have at most fifteen digits. */
const GREATEST = 999_999_999_999_999;

/** An integer within its bounds. */
export function integerOf(keywords: Keywords): Expression {
  const above = keywords.bound('exclusiveMinimum');
  const below = keywords.bound('exclusiveMaximum');
  const least = Math.max(
    -GREATEST,
    Math.ceil(keywords.bound('minimum') ?? -GREATEST),
    above === undefined ? -GREATEST : Math.floor(above) + 1,
  );
  const most = Math.min(
    GREATEST,
    Math.floor(keywords.bound('maximum') ?? GREATEST),
    below === undefined ? GREATEST : Math.ceil(below) - 1,
  );
  if (least > most) throw unsupported(keywords.where, 'has bounds that no integer of 15 digits fits');
  return least === -GREATEST && most === GREATEST ? integer : integersBetween(least, most);
}
