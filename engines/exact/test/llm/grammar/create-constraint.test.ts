import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded, utf8 } from '@isobit/core';
import fc from 'fast-check';
import { createConstraint } from '../../../src/llm/grammar/create-constraint.ts';
import type { Grammar } from '../../../src/llm/grammar/expression.ts';
import { readGbnf } from '../../../src/llm/grammar/read-gbnf.ts';
import { jsonGrammar } from '../../../src/llm/grammar/schema/read-schema.ts';
import { createTokenTrie } from '../../../src/llm/grammar/token-trie.ts';
import type { Tokenizer } from '../../../src/llm/tokenizer/tokenizer.ts';
import { reader } from './reading.ts';

const END = 0;

/** A vocabulary of texts; token 0 ends answers, and token 1 has no bytes. */
function vocabulary(...texts: string[]): Tokenizer {
  const bytes = ['', '', ...texts].map(utf8);
  return {
    vocabulary: bytes.length,
    ends: new Set([END]),
    encode: () => [],
    bytes: (token) => bytes[token] as Uint8Array,
    control: (token) => token < 2,
    text: String,
  };
}

const listed = (bits: Uint32Array): number[] =>
  Array.from({ length: bits.length * 32 }, (_, token) => token).filter(
    (token) => ((bits[token >> 5] as number) >>> (token & 31)) & 1,
  );

const LETTERS = ['a', 'b', '(', ')', 'ab', 'ba', '()', 'a)', '))', 'aab', '(a', '', 'a', '()('];
const GRAMMARS: Readonly<Record<string, Grammar>> = {
  nested: readGbnf('root ::= "(" root ")" root | "a"*'),
  choice: readGbnf('root ::= ("ab" | "a" | "aab")+ "."?'),
  counted: readGbnf('root ::= pair{2,3}\npair ::= "(" [ab]{0,2} ")"'),
  deep: readGbnf('root ::= x\nx ::= y\ny ::= "a" x ")" | "b"'),
};

describe('createConstraint', () => {
  test('a token is allowed where the answer with it is a beginning, an end where the answer is whole', () => {
    const tokenizer = vocabulary(...LETTERS);
    const trie = createTokenTrie(tokenizer);
    const texts = ['', '', ...LETTERS];
    for (const [name, grammar] of Object.entries(GRAMMARS)) {
      const create = createConstraint(grammar, trie);
      const read = reader(grammar);
      fc.assert(
        fc.property(fc.array(fc.nat(1_000), { maxLength: 12 }), (choices) => {
          const constraint = create();
          let answer = '';
          for (const choice of choices) {
            const allowed = listed(constraint.allowed());
            const wanted = texts.flatMap((text, token) => {
              if (token === END) return read(answer) === 'whole' ? [token] : [];
              return text !== '' && read(answer + text) !== 'none' ? [token] : [];
            });
            assert.deepEqual(allowed, wanted, `${name} after ${JSON.stringify(answer)}`);
            if (allowed.length === 0) return;
            const token = allowed[choice % allowed.length] as number;
            constraint.accept(token);
            if (token === END) return;
            answer += texts[token];
          }
        }),
      );
    }
  });

  test('JSON is written token by token, and read back', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      ' ',
      '1',
      '20',
      '-',
      '.5',
      'true',
      'null',
      'e',
      '": ',
      '", "',
      '\\n',
      'é',
    ];
    const create = createConstraint(jsonGrammar(), createTokenTrie(vocabulary(...pieces)));
    let finished = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 200, maxLength: 200 }), (choices) => {
        const constraint = create();
        let answer = '';
        for (const choice of choices) {
          const allowed = listed(constraint.allowed());
          assert.ok(allowed.length > 0, answer);
          const token = allowed.includes(END) ? END : (allowed[choice % allowed.length] as number);
          constraint.accept(token);
          if (token === END) {
            finished++;
            assert.equal(typeof JSON.parse(answer), 'object');
            return;
          }
          answer += pieces[token - 2];
        }
      }),
    );
    assert.ok(finished > 0);
  });

  test('a token that was not allowed is refused when it is told', () => {
    const constraint = createConstraint(readGbnf('root ::= "a"'), createTokenTrie(vocabulary('a', 'b')))();
    assert.throws(
      () => constraint.accept(3),
      (error) => isCoded(error, 'RUN_FAILED'),
    );
  });

  test('a token above the limit is never allowed', () => {
    const trie = createTokenTrie(vocabulary('a'.repeat(513), 'a'.repeat(512)));
    assert.deepEqual(listed(createConstraint(readGbnf('root ::= "a"+'), trie)().allowed()), [3]);
  });
});
