import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import fc from 'fast-check';
import { integersBetween } from '../../../src/llm/grammar/schema/integer-range.ts';
import { jsonGrammar, readSchema } from '../../../src/llm/grammar/schema/read-schema.ts';
import { reader } from './reading.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);
const schema = (value: unknown) => reader(readSchema(JSON.stringify(value)));

const person = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    name: { type: 'string', description: 'who' },
    age: { type: 'integer', minimum: 0, maximum: 150 },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['name', 'age'],
  additionalProperties: false,
};

describe('readSchema', () => {
  for (const [what, given, whole, none] of [
    [
      'an object',
      person,
      ['{"name":"Ann","age":7}', ' {"name": "", "age": 150, "tags": ["a", "b"]}'],
      ['{"age":7', '{"name":"A","age":151', '{"name":"A","age":01', '{"name":"A"}', '{"name":"A","x"'],
    ],
    [
      'only optional properties',
      { type: 'object', properties: { a: { type: 'null' }, b: { type: 'boolean' }, c: { const: 1 } } },
      ['{}', '{"a":null}', '{"b":true, "c":1}', '{"a":null,"c":1}'],
      ['{"b":true,"a"', '{,', '{"a":null,}'],
    ],
    [
      'other properties',
      { type: 'object', properties: { a: { type: 'null' } }, additionalProperties: { type: 'integer' } },
      ['{"a":null}', '{"b":1}', '{"a":null,"b":1, "c":-2}'],
      ['{"b":null'],
    ],
    ['any object', { type: 'object' }, ['{}', '{"a":[1, {"b":null}]}'], ['[', '1']],
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }, ['{}', '{"x":"y"}'], ['{"x":1']],
    [
      'counted items',
      { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 3 },
      ['[1,2]', '[1, 2, 3]'],
      ['[]', '[1]', '[1,2,3,'],
    ],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }], items: false, minItems: 1 },
      ['[1]', '[1,"a"]'],
      ['[]', '["a"', '[1,"a",'],
    ],
    [
      'a tuple that goes on',
      { type: 'array', prefixItems: [{ type: 'integer' }], items: { type: 'boolean' } },
      ['[]', '[1]', '[1,true,false]'],
      ['[true', '[1,2'],
    ],
    ['an empty list', { type: 'array', maxItems: 0 }, ['[]'], ['[1']],
    ['an enum', { enum: ['a', 1, null, { b: [] }] }, ['"a"', '1', 'null', '{"b":[]}'], ['2', '"b']],
    ['a choice', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, ['3', 'null'], ['"', 't']],
    [
      'types',
      { type: ['string', 'null'], minLength: 1, maxLength: 2 },
      ['"é"', '"\\n\\""', 'null', '"😀\\ud83d\\ude00"'],
      ['""', '"abc', '"\\ud83dx'],
    ],
    [
      'a number',
      { type: 'number' },
      ['0', '-1.5', '1e9', '2.25E-10'],
      ['01', '.5', '+1', '1e1234', '1234567890123456'],
    ],
    [
      'a schema that refers to itself',
      {
        type: 'object',
        properties: { child: { $ref: '#' }, n: { $ref: '#/$defs/n' } },
        $defs: { n: { type: 'integer' } },
      },
      ['{"child":{"child":{},"n":1}}'],
      ['{"child":1'],
    ],
    [
      'exclusive bounds',
      { type: 'integer', exclusiveMinimum: -3, exclusiveMaximum: 12.5 },
      ['-2', '0', '12'],
      ['-3', '13', '-0'],
    ],
    [
      'bounds beyond every integer',
      { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 },
      ['123456789012345'],
      ['1234567890123456'],
    ],
    ['no constraint', {}, ['{}', '"a"', '[[]]'], ['}']],
    [
      'names that need escapes',
      { type: 'object', properties: { 'a"b': { const: 'x' } }, required: ['a"b'] },
      ['{"a\\"b":"x"}'],
      ['{}'],
    ],
  ] as const) {
    test(`${what}: takes what fits and nothing else`, () => {
      const read = schema(given);
      for (const text of whole) assert.equal(read(text), 'whole', text);
      for (const text of none) assert.notEqual(read(text), 'whole', text);
      for (const text of none)
        if (!'}]"'.includes(text.at(-1) as string)) assert.equal(read(text), 'none', text);
    });
  }

  for (const [given, error] of [
    [{ type: 'string', pattern: 'a+' }, 'GRAMMAR_UNSUPPORTED'],
    [{ type: 'string', format: 'email' }, 'GRAMMAR_UNSUPPORTED'],
    [{ type: 'number', minimum: 3 }, 'GRAMMAR_UNSUPPORTED'],
    [{ type: 'integer', multipleOf: 3 }, 'GRAMMAR_UNSUPPORTED'],
    [{ type: 'integer', minimum: 4, maximum: 3 }, 'GRAMMAR_UNSUPPORTED'],
    [{ allOf: [{}, {}] }, 'GRAMMAR_UNSUPPORTED'],
    [{ not: {} }, 'GRAMMAR_UNSUPPORTED'],
    [{ $ref: 'https://example.org/x' }, 'GRAMMAR_UNSUPPORTED'],
    [{ $ref: '#/$defs/none' }, 'GRAMMAR_INVALID'],
    [{ $ref: '#/__proto__' }, 'GRAMMAR_INVALID'],
    [{ $ref: '#' }, 'GRAMMAR_INVALID'],
    [{ type: 'object', required: ['a'] }, 'GRAMMAR_UNSUPPORTED'],
    [{ type: 'thing' }, 'GRAMMAR_INVALID'],
    [{ type: [] }, 'GRAMMAR_INVALID'],
    [{ enum: [] }, 'GRAMMAR_UNSUPPORTED'],
    [{ properties: [] }, 'GRAMMAR_INVALID'],
    [{ type: 'array', minItems: -1 }, 'GRAMMAR_INVALID'],
    [{ type: 'array', minItems: 3, maxItems: 2 }, 'GRAMMAR_UNSUPPORTED'],
    [{ type: 'string', maxLength: 1e9 }, 'GRAMMAR_UNSUPPORTED'],
    [false, 'GRAMMAR_UNSUPPORTED'],
    [7, 'GRAMMAR_INVALID'],
  ] as const) {
    test(`refuses, ${error}: ${JSON.stringify(given)}`, () => {
      assert.throws(() => schema(given), code(error));
    });
  }

  test('what is no JSON, or too deep, or too large, is refused', () => {
    assert.throws(() => readSchema('{'), code('GRAMMAR_INVALID'));
    const deep = (levels: number): unknown =>
      levels === 0 ? {} : { type: 'array', items: deep(levels - 1) };
    assert.throws(() => schema(deep(70)), code('GRAMMAR_LIMIT'));
    assert.throws(() => readSchema(`"${'a'.repeat(300_000)}"`), code('GRAMMAR_LIMIT'));
  });

  test('three hundred optional properties stay small', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`p${i}`, { type: 'integer' }]),
    );
    const read = schema({ type: 'object', properties });
    assert.equal(read('{"p3":1,"p299":2}'), 'whole');
    assert.equal(read('{"p3":1,"p2"'), 'none');
  });
});

test('integers between two are those between them', () => {
  const bound = fc.oneof(
    fc.integer({ min: -1_200, max: 1_200 }),
    fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
  );
  fc.assert(
    fc.property(bound, bound, fc.array(bound, { minLength: 10 }), (a, b, others) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)];
      const read = reader(new Map([['root', integersBetween(least, most)]]));
      for (const each of [...others, least, most, least - 1, most + 1, 0])
        assert.equal(
          read(String(each)) === 'whole',
          least <= each && each <= most,
          `${each} in ${least}..${most}`,
        );
    }),
  );
});

test('what JSON.stringify writes of any object is JSON of the grammar', () => {
  const read = reader(jsonGrammar());
  const safe = fc
    .jsonValue({ maxDepth: 3 })
    .filter((value) => !/\d{16}|e[+-]?\d{4}/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), safe), (value) => {
      const written = JSON.stringify(value);
      if (/-?\d*\.\d{16,}/.test(written)) return;
      assert.equal(read(written), 'whole', written);
    }),
  );
});
