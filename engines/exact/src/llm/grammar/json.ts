import {
  all,
  any,
  type Expression,
  noneOf,
  oneOf,
  optional,
  type Range,
  repeat,
  rule,
  text,
} from './expression.ts';

/* JSON as answers write it (specs/grammar.md section 3.1). Everything without bound in RFC 8259 but the texts has one
 * here: no model should be led to write spaces or digits for ever. */

const DIGIT: Range = [0x30, 0x39];
const digits = (least: number, most: number) => repeat(oneOf(DIGIT), least, most);

/** After a comma, a colon, and before the whole: a space or nothing. */
export const gap: Expression = optional(text(' '));

/** Fifteen digits: every such integer is exact as a binary64. */
export const integer: Expression = all(
  optional(text('-')),
  any(text('0'), all(oneOf([0x31, 0x39]), digits(0, 14))),
);

export const number: Expression = all(
  integer,
  optional(all(text('.'), digits(1, 15))),
  optional(all(oneOf([0x45, 0x45], [0x65, 0x65]), optional(any(text('+'), text('-'))), digits(1, 3))),
);

const hex = oneOf(DIGIT, [0x41, 0x46], [0x61, 0x66]);
const one = (...characters: string[]) =>
  oneOf(...characters.map((each) => [each.charCodeAt(0), each.charCodeAt(0)] as const));
const dD = one('d', 'D');

/** \\u and four digits, of surrogates only pairs. */
const escapedUnit: Expression = any(
  all(oneOf(DIGIT, [0x41, 0x43], [0x45, 0x46], [0x61, 0x63], [0x65, 0x66]), hex, hex, hex),
  all(dD, oneOf([0x30, 0x37]), hex, hex),
  all(
    dD,
    one('8', '9', 'a', 'A', 'b', 'B'),
    hex,
    hex,
    text('\\u'),
    dD,
    one('c', 'C', 'd', 'D', 'e', 'E', 'f', 'F'),
    hex,
    hex,
  ),
);

/** One character of a text: as it is, or escaped. */
export const character: Expression = any(
  noneOf([0, 0x1f], [0x22, 0x22], [0x5c, 0x5c]),
  all(text('\\'), any(one('"', '\\', '/', 'b', 'f', 'n', 'r', 't'), all(text('u'), escapedUnit))),
);

/** Names of the rules that `jsonRules` gives. */
export const json = {
  value: rule('json-value'),
  object: rule('json-object'),
  array: rule('json-array'),
  string: rule('json-string'),
} as const;

const comma = all(text(','), gap);
export const separator = { comma, colon: all(text(':'), gap) } as const;

/** A list of what is the same, between brackets. */
export const listOf = (open: string, of: Expression, close: string): Expression =>
  all(text(open), optional(all(of, repeat(all(comma, of), 0))), text(close));

export const jsonRules: readonly (readonly [string, Expression])[] = [
  [
    'json-value',
    any(json.object, json.array, json.string, number, text('true'), text('false'), text('null')),
  ],
  ['json-object', listOf('{', all(json.string, separator.colon, json.value), '}')],
  ['json-array', listOf('[', json.value, ']')],
  ['json-string', all(text('"'), repeat(rule('json-character'), 0), text('"'))],
  ['json-character', character],
];
