import { utf8 } from '@isobit/core';
import {
  complement,
  type Expression,
  type Grammar,
  noneOf,
  normalised,
  type Range,
  ROOT,
  repeat,
  rule,
  text,
} from './expression.ts';
import { invalid, overLimit } from './fault.ts';
import { grammarLimits } from './limits.ts';

const NAME = /[A-Za-z][A-Za-z0-9-]*/y;
const DEFINES = /[A-Za-z][A-Za-z0-9-]*[ \t]*::=/y;
/** Spaces, line ends and comments. */
const GAP = /(?:[ \t\r\n]|#[^\n]*)*/y;
const COUNTS = /\{[ \t]*(\d{0,6})[ \t]*(,?)[ \t]*(\d{0,6})[ \t]*\}/y;
const HEX: Readonly<Record<string, RegExp>> = {
  x: /[0-9A-Fa-f]{2}/y,
  u: /[0-9A-Fa-f]{4}/y,
  U: /[0-9A-Fa-f]{8}/y,
};
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '"': '"',
  '[': '[',
  ']': ']',
  '-': '-',
  '^': '^',
};

/**
 * Reads a grammar in the notation of specs/grammar.md section 2, which is llama.cpp's GBNF.
 *
 * @throws CodedError `GRAMMAR_INVALID`, `GRAMMAR_LIMIT`
 */
export function readGbnf(source: string): Grammar {
  if (utf8(source).length > grammarLimits.textBytes)
    throw overLimit(`has more than ${grammarLimits.textBytes} bytes`);
  let at = 0;

  const fail = (what: string) =>
    invalid(`${what} in line ${source.slice(0, at).split('\n').length}`, { offset: at });

  function match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (!found) return undefined;
    at = pattern.lastIndex;
    return found;
  }

  function skip(): void {
    match(GAP);
  }

  const startsRule = (): boolean => {
    DEFINES.lastIndex = at;
    return DEFINES.test(source);
  };

  function readChoice(depth: number): Expression {
    if (depth > grammarLimits.depth) throw overLimit(`nests deeper than ${grammarLimits.depth} groups`);
    const choices = [readSequence(depth)];
    while (source[at] === '|') {
      at++;
      choices.push(readSequence(depth));
    }
    return choices.length === 1 ? (choices[0] as Expression) : { kind: 'any', of: choices };
  }

  function readSequence(depth: number): Expression {
    const parts: Expression[] = [];
    for (skip(); at < source.length && source[at] !== '|' && source[at] !== ')' && !startsRule(); skip())
      parts.push(readRepeated(readOne(depth)));
    return parts.length === 1 ? (parts[0] as Expression) : { kind: 'all', of: parts };
  }

  function readOne(depth: number): Expression {
    const name = match(NAME);
    if (name) return rule(name[0]);
    const sign = source[at];
    if (sign === '"') return readText();
    if (sign === '[') return readClass();
    if (sign === '.') {
      at++;
      return noneOf();
    }
    if (sign !== '(') throw fail(`has ${JSON.stringify(sign)} where something to match is expected`);
    at++;
    const group = readChoice(depth + 1);
    if (source[at] !== ')') throw fail('has a group that does not end');
    at++;
    return group;
  }

  function readRepeated(one: Expression): Expression {
    let found = one;
    for (let counts = readCounts(); counts; counts = readCounts())
      found = repeat(found, counts.least, counts.most);
    return found;
  }

  function readCounts(): { readonly least: number; readonly most?: number } | undefined {
    const sign = source[at];
    if (sign === '*' || sign === '+' || sign === '?') {
      at++;
      return { least: sign === '+' ? 1 : 0, ...(sign === '?' ? { most: 1 } : {}) };
    }
    if (sign !== '{') return undefined;
    const [, low = '', comma, high = ''] = match(COUNTS) ?? [];
    if ((low === '' && high === '') || (!comma && high !== ''))
      throw fail('has counts in braces that do not read');
    const least = Number(low);
    if (comma && high === '') return { least };
    const most = comma ? Number(high) : least;
    if (most < least) throw fail('asks for less at most than at least');
    return { least, most };
  }

  function readText(): Expression {
    at++;
    let value = '';
    while (source[at] !== '"') {
      if (at >= source.length || source[at] === '\n') throw fail('has a text that does not end');
      value += String.fromCodePoint(readPoint());
    }
    at++;
    return text(value);
  }

  function readClass(): Expression {
    at++;
    const negative = source[at] === '^';
    if (negative) at++;
    const ranges: Range[] = [];
    while (source[at] !== ']') {
      if (at >= source.length || source[at] === '\n') throw fail('has a class that does not end');
      const from = readPoint();
      const isRange = source[at] === '-' && source[at + 1] !== ']';
      if (isRange) at++;
      const to = isRange ? readPoint() : from;
      if (to < from) throw fail('has a class whose range ends before it begins');
      ranges.push([from, to]);
    }
    at++;
    const found = normalised(ranges);
    return { kind: 'class', ranges: negative ? complement(found) : found };
  }

  function readPoint(): number {
    const point = source.codePointAt(at);
    if (point === undefined) throw fail('ends within a text or a class');
    if (point >= 0xd800 && point <= 0xdfff) throw fail('has half a surrogate pair');
    at += point > 0xffff ? 2 : 1;
    if (point !== 0x5c) return point;
    const sign = source[at++] ?? '';
    const digits = HEX[sign] && match(HEX[sign]);
    const escaped = digits ? Number.parseInt(digits[0], 16) : ESCAPES[sign]?.codePointAt(0);
    if (escaped === undefined || escaped > 0x10ffff || (escaped >= 0xd800 && escaped <= 0xdfff))
      throw fail(`has an escape \\${sign} that does not read`);
    return escaped;
  }

  const rules = new Map<string, Expression>();
  for (skip(); at < source.length; skip()) {
    if (!startsRule()) throw fail('has something that begins no rule');
    const name = (match(NAME) as RegExpExecArray)[0];
    if (rules.has(name)) throw fail(`has the rule ${name} twice`);
    at = source.indexOf('::=', at) + 3;
    rules.set(name, readChoice(0));
    if (source[at] === ')') throw fail('closes a group that is not open');
  }
  if (!rules.has(ROOT)) throw invalid('has no rule named root');
  return rules;
}
