import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toHex, utf8 } from '@isobit/core';
import { repositoryPath } from '@isobit/testing';
import { expected, type GrammarVector, type Stated } from './vectors.ts';

/** Writes specs/vectors/grammar: `node engines/exact/test/llm/grammar/make-vectors.ts`. */

const gbnf = (grammar: string): Stated => ({ kind: 'gbnf', grammar });
const schema = (value: unknown): Stated => ({ kind: 'schema', schema: JSON.stringify(value) });
const told = (description: string, grammar: Stated, ...texts: string[]): GrammarVector => ({
  kind: 'grammar',
  description,
  grammar,
  texts,
});
const mask = (description: string, grammar: Stated, tokens: string[], before: number[]): GrammarVector => ({
  kind: 'mask',
  description,
  grammar,
  tokens: ['', ...tokens].map((token) => toHex(utf8(token))),
  ends: [0],
  before,
});

const person = schema({
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0, maximum: 150 } },
  required: ['name'],
});

const valid: Readonly<Record<string, GrammarVector>> = {
  'gbnf-choice': told(
    'texts and a comment',
    gbnf('root ::= "yes" | "no" # either'),
    'yes',
    'no',
    'n',
    'maybe',
    '',
  ),
  'gbnf-class': told(
    'classes and characters of two to four bytes',
    gbnf('root ::= [a-cé😀]+ [^a]'),
    'é😀b',
    'aa',
    'd',
    'c日',
  ),
  'gbnf-counts': told(
    'counted repetitions',
    gbnf('root ::= "a"{2,3} "b"{,1} "c"{2}'),
    'aacc',
    'aaabcc',
    'abcc',
    'aaaacc',
    'aab',
  ),
  'gbnf-escapes': told(
    'escapes',
    gbnf('root ::= "\\x41\\u00e9\\U0001F600\\n" [\\]\\-]'),
    'Aé😀\n]',
    'Aé😀\n-',
    'Aé😀n',
  ),
  'gbnf-nested': told('a rule within itself', gbnf('root ::= "(" root ")" | "x"'), '((x))', '((x)', 'x)'),
  'gbnf-dead-end': told(
    'a choice without an end is none',
    gbnf('root ::= "a" loop | "ab"\nloop ::= "c" loop'),
    'ab',
    'a',
    'ac',
  ),
  json: told(
    'any object',
    { kind: 'json' },
    '{}',
    ' {"a": [1,-2.5e3, "\\u00e9"]}',
    '{ }',
    '[1]',
    '{"a":01}',
    '{"a":1,}',
    '{"a":',
  ),
  'schema-object': told(
    'properties in order, one left out',
    person,
    '{"name":"A"}',
    '{"name":"A", "age":150}',
    '{"age":1',
    '{"name":"A","age":151',
  ),
  'schema-references': told(
    'a list within itself',
    schema({
      $ref: '#/$defs/list',
      $defs: { list: { type: 'array', items: { $ref: '#/$defs/list' }, maxItems: 2 } },
    }),
    '[]',
    '[[],[[]]]',
    '[[],[],',
    '[1',
  ),
  'schema-values': told(
    'enum, const and choices',
    schema({ anyOf: [{ enum: ['a', null] }, { const: { x: [1] } }] }),
    '"a"',
    'null',
    '{"x":[1]}',
    '{"x": [1]}',
    '"b',
  ),
  'schema-text': told(
    'characters are counted',
    schema({ type: 'string', minLength: 1, maxLength: 2 }),
    '"é"',
    '"\\ud83d\\ude00\\n"',
    '""',
    '"abc',
    '"\\ud83d"',
  ),
  'mask-start': mask('before the first token', person, ['{', '{"', ' ', ' {"name', '}', '"'], []),
  'mask-reaches-below': mask(
    'a token that ends a text and goes on',
    person,
    ['{"name":"', 'a"', 'b"}', 'c","age":1', '"', '}', 'd"x'],
    [1],
  ),
  'mask-end': mask('the whole text', gbnf('root ::= "a"+'), ['a', 'aa', 'ab', 'b'], [1]),
  'mask-part-of-a-character': mask(
    'tokens of parts of characters',
    gbnf('root ::= [é-ê]'),
    ['é', 'ê', 'ë', 'è'],
    [],
  ),
};

const refused = (description: string, error: string, grammar: Stated) => ({
  kind: 'grammar',
  description,
  grammar,
  error,
});

const invalid = {
  'no-root': refused('no rule root', 'GRAMMAR_INVALID', gbnf('start ::= "a"')),
  'unknown-rule': refused('a rule that is not there', 'GRAMMAR_INVALID', gbnf('root ::= other')),
  'left-recursion': refused(
    'a rule that begins with itself',
    'GRAMMAR_INVALID',
    gbnf('root ::= maybe root "a" | "b"\nmaybe ::= "c"?'),
  ),
  'no-text': refused('no text comes to an end', 'GRAMMAR_INVALID', gbnf('root ::= "a" root')),
  escape: refused('an escape that is none', 'GRAMMAR_INVALID', gbnf('root ::= "\\q"')),
  repetition: refused('a repetition above the limit', 'GRAMMAR_LIMIT', gbnf('root ::= "a"{8193}')),
  pattern: refused(
    'a keyword without a grammar',
    'GRAMMAR_UNSUPPORTED',
    schema({ type: 'string', pattern: 'a+' }),
  ),
  'other-document': refused(
    'a reference to elsewhere',
    'GRAMMAR_UNSUPPORTED',
    schema({ $ref: 'other.json' }),
  ),
  'lost-reference': refused('a reference to nothing', 'GRAMMAR_INVALID', schema({ $ref: '#/$defs/x' })),
  'no-json': refused('a schema that is no JSON', 'GRAMMAR_INVALID', { kind: 'schema', schema: '{' }),
};

/** Text of each file by its path below specs/vectors. */
export function makeGrammarVectors(): Map<string, string> {
  const files = new Map<string, string>();
  const put = (folder: string, name: string, value: object) =>
    files.set(`grammar/${folder}/${name}.json`, `${JSON.stringify(value, null, 2)}\n`);
  for (const [name, vector] of Object.entries(valid)) {
    const { texts: _, ...rest } = { texts: undefined, ...vector };
    put('valid', name, { ...rest, expected: expected(vector) });
  }
  for (const [name, vector] of Object.entries(invalid)) put('invalid', name, vector);
  return files;
}

if (import.meta.main) {
  const root = repositoryPath('specs/vectors');
  rmSync(join(root, 'grammar'), { recursive: true, force: true });
  for (const [path, text] of makeGrammarVectors()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
