import { all, type Expression, optional, repeat, text } from '../expression.ts';
import { unsupported } from '../fault.ts';
import { json, separator } from '../json.ts';
import type { Keywords } from './keywords.ts';
import type { Translate } from './translate.ts';

/** A list: first what `prefixItems` say, then as many of `items` as the counts allow. */
export function arrayOf(keywords: Keywords, inner: Translate): Expression {
  const { where } = keywords;
  const prefix = keywords.list('prefixItems') ?? [];
  const items = keywords.take('items');
  const least = keywords.count('minItems') ?? 0;
  const most =
    items === false
      ? Math.min(prefix.length, keywords.count('maxItems') ?? prefix.length)
      : keywords.count('maxItems');
  if (most !== undefined && most < least) throw unsupported(where, 'has maxItems below minItems');
  const first = prefix.slice(0, most).map((schema, i) => inner(schema, `${where}/prefixItems/${i}`));
  const other = items === undefined || items === false ? json.value : inner(items, `${where}/items`);
  return all(text('['), from(0), text(']'));

  /** The list from an item on, which may be left out only where enough came before. */
  function from(index: number): Expression {
    const comma = index === 0 ? [] : [separator.comma];
    const item = first[index];
    if (item) {
      const rest = all(...comma, item, from(index + 1));
      return index < least ? rest : optional(rest);
    }
    return others(index, other, least, most);
  }
}

/** The items behind those that have schemas of their own. */
function others(index: number, item: Expression, least: number, most: number | undefined): Expression {
  const next = all(separator.comma, item);
  const must = Math.max(0, least - index);
  const may = most === undefined ? undefined : most - index;
  if (may === 0) return all();
  if (index > 0) return repeat(next, must, may);
  const rest = all(item, repeat(next, Math.max(0, must - 1), may === undefined ? undefined : may - 1));
  return must > 0 ? rest : optional(rest);
}
