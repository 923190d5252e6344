import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import {
  CharacterSet,
  categoryOf,
  toLower,
  toUpper,
  WHITE_SPACE,
} from '../../../src/llm/unicode/characters.ts';
import { toNfc, toNfd } from '../../../src/llm/unicode/normalize.ts';
import * as committed from '../../../src/llm/unicode/tables.ts';
import { UNICODE_VERSION } from '../../../src/llm/unicode/version.ts';
import { tables } from './make-tables.ts';

const sameVersion =
  process.versions['unicode'] === UNICODE_VERSION
    ? {}
    : {
        skip: `this Node knows Unicode ${process.versions['unicode']}, the tables are of ${UNICODE_VERSION}`,
      };

test('the generator writes the committed tables again', sameVersion, () => {
  const constants: Readonly<Record<string, string>> = committed;
  const written = tables();
  assert.deepEqual(Object.keys(written).sort(), Object.keys(constants).sort());
  for (const [name, value] of Object.entries(written)) assert.ok(value === constants[name], name);
});

test('categories of characters that have not changed for decades', () => {
  const expected = {
    A: 'Lu',
    é: 'Ll',
    ǅ: 'Lt',
    ʰ: 'Lm',
    中: 'Lo',
    '\u0301': 'Mn',
    '\u0903': 'Mc',
    5: 'Nd',
    Ⅷ: 'Nl',
    '½': 'No',
  };
  for (const [each, category] of Object.entries(expected))
    assert.equal(categoryOf(each.codePointAt(0) as number), category);
  assert.equal(categoryOf(0xd800), 'Cs');
  assert.equal(categoryOf(0x10ffff), 'Cn');
});

test('white space is what ECMAScript calls so, with NEL and without the byte order mark', () => {
  const spaces = new CharacterSet({ ranges: WHITE_SPACE });
  for (let code = 0; code < 0x110000; code++)
    assert.equal(
      spaces.has(code),
      code === 0x85 || (code !== 0xfeff && /^\s$/.test(String.fromCodePoint(code))),
    );
});

describe('against the host, where it knows the same Unicode', sameVersion, () => {
  const marks = [
    '\u0301',
    '\u0323',
    '\u0345',
    '\u05b0',
    '\u0334',
    '\u3099',
    '\u1161',
    '\u11a8',
    '\u0f71',
    '\u0f72',
  ];
  const unit = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('a', 'e', 'İ', 'ß', 'Å', 'ế', '각', 'ᄀ', 'か', '\u0958', 'ﬁ', ...marks),
  );
  const texts = fc.array(unit, { maxLength: 12 }).map((each) => each.join(''));

  test('property: NFD and NFC', async () => {
    await forAll(
      [texts],
      (text) => {
        assert.equal(toNfd(text), text.normalize('NFD'));
        assert.equal(toNfc(text), text.normalize('NFC'));
      },
      2_000,
    );
  });

  test('every code point alone: NFD, NFC, lower and upper case', () => {
    for (let code = 0; code < 0x110000; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const each = String.fromCodePoint(code);
      if (toNfd(each) !== each.normalize('NFD') || toNfc(each) !== each.normalize('NFC'))
        assert.fail(`${code}`);
      if (toLower(each) !== each.toLowerCase() || toUpper(each) !== each.toUpperCase())
        assert.fail(`${code}`);
    }
  });
});

test('no rule of case looks at neighbours', () => {
  assert.equal(toLower('ΑΣ'), 'ας'.replace('ς', 'σ'));
});
