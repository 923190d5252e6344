import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded, utf8 } from '@isobit/core';
import fc from 'fast-check';
import { compileGrammar } from '../../../src/llm/grammar/compile.ts';
import { noneOf, normalised, oneOf, type Range } from '../../../src/llm/grammar/expression.ts';
import { readGbnf } from '../../../src/llm/grammar/read-gbnf.ts';
import { reader } from './reading.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);

describe('readGbnf', () => {
  for (const [source, whole, none] of [
    ['root ::= "yes" | "no"', ['yes', 'no'], ['yesno', 'maybe', 'y s']],
    ['root ::= [a-c]+ # letters\n', ['a', 'abcabc'], ['d', 'abd']],
    ['root ::= digit{2,3} "!"?\ndigit ::= [0-9]', ['12', '123!'], ['1!', '1234']],
    ['root ::= ("a" |\n "b")* "."', ['.', 'ab.', 'bba.'], ['c', '..']],
    ['root ::= "\\x41\\u00e9\\U0001F600\\n"', ['Aé😀\n'], ['AE']],
    ['root ::= [^"\\]] . ', ['aé', '😀"'], ['"a', ']a']],
    ['root ::= "(" root ")" | "x"', ['x', '((x))'], ['(x))', ')']],
    ['root ::= x{3}\nx ::= "a" | ""', ['', 'a', 'aaa'], ['aaaa']],
    ['root ::= "a"{,2}', ['', 'aa'], ['aaa']],
    ['root ::= "a"{2,}', ['aa', 'aaaaa'], ['ab']],
    ['root ::= [a\\-z]', ['a', '-', 'z'], ['b']],
    ['root ::= [a-]', ['a', '-'], ['b']],
    ['root ::= dead | "a"\ndead ::= "b" dead', ['a'], ['b']],
  ] as const) {
    test(`reads ${JSON.stringify(source)}`, () => {
      const read = reader(readGbnf(source));
      for (const text of whole) assert.equal(read(text), 'whole', text);
      for (const text of none) assert.equal(read(text), 'none', text);
    });
  }

  for (const [source, error] of [
    ['', 'GRAMMAR_INVALID'],
    ['start ::= "a"', 'GRAMMAR_INVALID'],
    ['root ::= other', 'GRAMMAR_INVALID'],
    ['root ::= "a\n"', 'GRAMMAR_INVALID'],
    ['root ::= [a', 'GRAMMAR_INVALID'],
    ['root ::= [b-a]', 'GRAMMAR_INVALID'],
    ['root ::= ("a"', 'GRAMMAR_INVALID'],
    ['root ::= "a")', 'GRAMMAR_INVALID'],
    ['root ::= "\\q"', 'GRAMMAR_INVALID'],
    ['root ::= "\\ud800"', 'GRAMMAR_INVALID'],
    ['root ::= "a"{3,2}', 'GRAMMAR_INVALID'],
    ['root ::= "a"{}', 'GRAMMAR_INVALID'],
    ['root ::= "a"{2 3}', 'GRAMMAR_INVALID'],
    ['root ::= *', 'GRAMMAR_INVALID'],
    ['root ::= "a"\nroot ::= "b"', 'GRAMMAR_INVALID'],
    ['root ::= root "a" | "b"', 'GRAMMAR_INVALID'],
    ['root ::= a\na ::= "" root', 'GRAMMAR_INVALID'],
    ['root ::= ("a"?)*', 'GRAMMAR_INVALID'],
    ['root ::= "a" root', 'GRAMMAR_INVALID'],
    ['root ::= []', 'GRAMMAR_INVALID'],
    ['root ::= "a"{9000}', 'GRAMMAR_LIMIT'],
    ['root ::= ("a"{8000}){8000} [é]{8000,8000}', undefined],
    [`root ::= ${'('.repeat(70)}"a"${')'.repeat(70)}`, 'GRAMMAR_LIMIT'],
    [`root ::= ${'"a"{8000} '.repeat(40)}`, 'GRAMMAR_LIMIT'],
    [`root ::= "${'a'.repeat(300_000)}"`, 'GRAMMAR_LIMIT'],
  ] as const) {
    test(`${error ? `refuses, ${error}` : 'takes'}: ${JSON.stringify(source.slice(0, 50))}`, () => {
      const compile = () => compileGrammar(readGbnf(source));
      if (error) assert.throws(compile, code(error));
      else compile();
    });
  }

  for (const [what, source] of [
    ['items', `root ::= ${'.'.repeat(200_000)}`],
    ['choices', `root ::= "a"${'|b'.repeat(60_000)}\nb ::= "b"`],
    ['repetitions of repetitions', `root ::= "a"${'?'.repeat(30_000)}`],
    ['characters of a class', `root ::= [${'a'.repeat(250_000)}]`],
  ] as const) {
    test(`as many ${what} as the limits allow are taken, whatever stack the host has`, () => {
      compileGrammar(readGbnf(source));
    });
  }

  test('a class of all but sixteen thousand characters is read in time', () => {
    const others = Array.from({ length: 16_000 }, (_, i) => String.fromCodePoint(0x10000 + 2 * i)).join('');
    const started = performance.now();
    readGbnf(`root ::= [^${others}]`);
    assert.ok(performance.now() - started < 5_000);
  });

  test('a grammar that doubles its ways with each byte is refused while it reads', () => {
    const read = reader(readGbnf('root ::= "a" root "b" | "a" root "c" | ""'));
    assert.equal(read('aaaa'), 'beginning');
    assert.throws(() => read('a'.repeat(40)), code('GRAMMAR_LIMIT'));
  });

  test('sixty thousand rules in a row, and doubling choices without a byte, are read in time', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => `r${i} ::= r${i + 1}\n`).join('');
    const started = performance.now();
    assert.throws(() => reader(readGbnf(`root ::= r0\n${chain}r20000 ::= "a"`))('a'), code('GRAMMAR_LIMIT'));
    const doubling = Array.from({ length: 40 }, (_, i) => `r${i} ::= r${i + 1} | r${i + 1}\n`).join('');
    assert.equal(reader(readGbnf(`root ::= r0\n${doubling}r40 ::= "a"`))('a'), 'whole');
    assert.ok(performance.now() - started < 20_000);
  });
});

const point = fc.oneof(
  fc.integer({ min: 0, max: 0x10ffff }),
  fc.constantFrom(0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000),
);
const ranges = fc.array(
  fc.tuple(point, point).map(([a, b]): Range => [Math.min(a, b), Math.max(a, b)]),
  { minLength: 1, maxLength: 4 },
);

test('a class reads just the characters of its ranges', () => {
  fc.assert(
    fc.property(
      ranges,
      fc.array(point, { minLength: 20, maxLength: 20 }),
      fc.boolean(),
      (given, points, negative) => {
        if (normalised(given).length === 0) return;
        const expression = negative ? noneOf(...given) : oneOf(...given);
        if (expression.kind === 'class' && expression.ranges.length === 0) return;
        const read = reader(new Map([['root', expression]]));
        const borders = given.flatMap(([from, to]) => [from - 1, from, to, to + 1]);
        for (const each of [...points, ...borders]) {
          if (each < 0 || each > 0x10ffff || (each >= 0xd800 && each <= 0xdfff)) continue;
          const inside = given.some(([from, to]) => from <= each && each <= to);
          assert.equal(read(String.fromCodePoint(each)), inside === negative ? 'none' : 'whole');
        }
      },
    ),
  );
});

test('garbage is refused or read, never anything else', () => {
  const word = fc.constantFrom(
    'root',
    '::=',
    '"a"',
    '[a-z]',
    '(',
    ')',
    '|',
    '*',
    '{2}',
    '\n',
    '#',
    '\\',
    '"',
    '[',
    'x',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      try {
        compileGrammar(readGbnf(words.join(' ')));
      } catch (error) {
        assert.ok(isCoded(error), String(error));
      }
      assert.ok(utf8(words.join('')).length >= 0);
    }),
  );
});
