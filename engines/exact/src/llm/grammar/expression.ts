/** Code points from the first to the last, both included. */
export type Range = readonly [number, number];

/** What a rule stands for. */
export type Expression =
  | { readonly kind: 'text'; readonly text: string }
  /** One code point of the ranges, which are ascending and apart from each other. */
  | { readonly kind: 'class'; readonly ranges: readonly Range[] }
  | { readonly kind: 'all'; readonly of: readonly Expression[] }
  | { readonly kind: 'any'; readonly of: readonly Expression[] }
  | {
      readonly kind: 'repeat';
      readonly of: Expression;
      readonly least: number;
      readonly most: number | undefined;
    }
  | { readonly kind: 'rule'; readonly name: string };

/** Rules by name; texts of the language are those of `root`. */
export type Grammar = ReadonlyMap<string, Expression>;

export const ROOT = 'root';

export const text = (value: string): Expression => ({ kind: 'text', text: value });
export const all = (...of: readonly Expression[]): Expression => ({ kind: 'all', of });
export const any = (...of: readonly Expression[]): Expression => ({ kind: 'any', of });
export const rule = (name: string): Expression => ({ kind: 'rule', name });
export const repeat = (of: Expression, least: number, most: number | undefined = undefined): Expression => ({
  kind: 'repeat',
  of,
  least,
  most,
});
export const optional = (of: Expression): Expression => repeat(of, 0, 1);
export const oneOf = (...ranges: readonly Range[]): Expression => ({
  kind: 'class',
  ranges: normalised(ranges),
});
export const noneOf = (...ranges: readonly Range[]): Expression => ({
  kind: 'class',
  ranges: complement(normalised(ranges)),
});

const LAST = 0x10ffff;
/** Surrogates are no characters: UTF-8 has no bytes for them. */
const SURROGATES: Range = [0xd800, 0xdfff];

/** Ascending, joined where they touch, without surrogates. */
export function normalised(ranges: readonly Range[]): Range[] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined.flatMap((range) => without(range, SURROGATES));
}

function without([from, to]: Range, [low, high]: Range): Range[] {
  if (to < low || from > high) return [[from, to]];
  const parts: Range[] = [];
  if (from < low) parts.push([from, low - 1]);
  if (to > high) parts.push([high + 1, to]);
  return parts;
}

/** What is left of all code points. @param ranges as `normalised` gives them */
export function complement(ranges: readonly Range[]): Range[] {
  const parts: Range[] = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) parts.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= LAST) parts.push([from, LAST]);
  return parts.flatMap((part) => without(part, SURROGATES));
}
