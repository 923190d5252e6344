import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Canonical,
  distinct,
  documentKind,
  encodeCanonical,
  field,
  isCoded,
  limits,
  nested,
  recordOf,
  toHex,
  utf8,
} from '@isobit/core';
import * as v from 'valibot';

const inner = documentKind('inner/1', v.strictObject({ isobit: v.literal('inner/1'), count: field.count }));
const outer = documentKind(
  'outer/1',
  v.strictObject({
    isobit: v.literal('outer/1'),
    title: v.optional(field.name),
    inner: v.optional(nested(inner)),
    facts: v.optional(recordOf((value): value is string => typeof value === 'string', 'must hold texts')),
    any: v.optional(field.canonical),
  }),
  2_000,
);

const refused = (value: unknown, code: string, why: RegExp) =>
  assert.throws(
    () => outer.parse(value),
    (error) => {
      assert.ok(isCoded(error, code), String(error));
      assert.match(error.message, why);
      assert.ok(error.message.length < 400, `${error.message.length}`);
      return true;
    },
  );
const document = (members: object) => ({ isobit: 'outer/1', ...members });

test('a document reads back as itself', () => {
  const value = document({
    title: 'a',
    inner: { isobit: 'inner/1', count: 3 },
    facts: { a: 'b' },
    any: [null, { x: 1 }],
  });
  assert.deepEqual(outer.decode(outer.encode(outer.parse(value))), value);
});

test('values that are no document are refused', () => {
  for (const value of [
    undefined,
    null,
    0,
    'outer/1',
    true,
    [],
    [document({})],
    () => 0,
    Symbol('x'),
    1n,
    new Map(),
  ]) {
    refused(value, 'DOCUMENT_INVALID', /^no valid outer\/1 document/);
  }
});

test('an unknown version is told from an unknown kind', () => {
  refused({ isobit: 'outer/2' }, 'DOCUMENT_UNKNOWN_VERSION', /outer\/2.*outer\/1/);
  refused({ isobit: `outer/${'9'.repeat(9_999)}` }, 'DOCUMENT_UNKNOWN_VERSION', /…/);
  refused({ isobit: 'other/1' }, 'DOCUMENT_INVALID', /"isobit"/);
  refused({ isobit: 1 }, 'DOCUMENT_INVALID', /"isobit"/);
});

test('unknown members are refused, those that every object inherits too', () => {
  for (const name of ['zzz', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
    refused(JSON.parse(`{"isobit":"outer/1",${JSON.stringify(name)}:{}}`), 'DOCUMENT_INVALID', /never/);
  }
});

test('a document inside keeps its own code', () => {
  refused(document({ inner: { isobit: 'inner/2' } }), 'DOCUMENT_UNKNOWN_VERSION', /inner\/2/);
  refused(
    document({ inner: { isobit: 'inner/1', count: -1 } }),
    'DOCUMENT_INVALID',
    /inner\/1 document: "count"/,
  );
  refused(document({ inner: null }), 'DOCUMENT_INVALID', /inner\/1/);
});

test('a record loses no name and takes no list', () => {
  const facts = JSON.parse('{"__proto__":"a","constructor":"b","prototype":"c"}') as Canonical;
  assert.equal(
    toHex(outer.encode(outer.parse(document({ facts })))),
    toHex(encodeCanonical(document({ facts }))),
  );
  refused(document({ facts: ['a'] }), 'DOCUMENT_INVALID', /"facts": must hold texts/);
  refused(document({ facts: { a: 1 } }), 'DOCUMENT_INVALID', /must hold texts/);
});

test('messages quote little of a stranger, and nothing that moves a cursor', () => {
  const hostile = `\u001b[2J\u202e${'x'.repeat(100_000)}`;
  for (const value of [
    { isobit: hostile },
    document({ title: 1, [hostile]: 1 }),
    document({ [hostile]: 1 }),
    { isobit: `outer/${hostile}` },
  ]) {
    assert.throws(
      () => outer.parse(value),
      (error) => {
        assert.ok(error instanceof Error && error.message.length < 400);
        assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}]/u);
        return true;
      },
    );
  }
});

test('a document longer than any reader takes is not written', () => {
  const long = outer.parse(document({ any: 'x'.repeat(2_000) }));
  for (const use of [() => outer.encode(long), () => outer.digest(long)]) {
    assert.throws(use, (error) => isCoded(error, 'CANONICAL_INVALID'));
  }
  assert.throws(
    () => outer.decode(encodeCanonical(long)),
    (error) => isCoded(error, 'CANONICAL_INVALID'),
  );
});

test('a document of more values than any reader takes is not written', () => {
  const wide = documentKind(
    'wide/1',
    v.strictObject({ isobit: v.literal('wide/1'), any: field.canonical }),
    4e6,
  );
  const of = (values: number) => wide.parse({ isobit: 'wide/1', any: [',"\\', ...Array(values).fill(0)] });
  // Of the commas, one stands between the members and none in the text.
  assert.ok(wide.decode(wide.encode(of(limits.documentValues - 1))));
  const above = of(limits.documentValues);
  assert.throws(
    () => wide.encode(above),
    (error) => isCoded(error, 'CANONICAL_INVALID') && /nobody reads/.test(error.message),
  );
  assert.throws(
    () => wide.decode(encodeCanonical(above)),
    (error) => isCoded(error, 'CANONICAL_INVALID'),
  );
});

test('the digest is that of the canonical bytes, by kind and salt', () => {
  const value = outer.parse(document({}));
  assert.deepEqual(outer.digest(value), outer.digestOfBytes(utf8('{"isobit":"outer/1"}')));
  assert.notDeepEqual(outer.digest(value), outer.digest(value, new Uint8Array(32)));
  assert.notDeepEqual(outer.digest(value), inner.digestOfBytes(utf8('{"isobit":"outer/1"}')));
});

test('fields hold their ranges', () => {
  const cases: [v.GenericSchema, unknown[], unknown[]][] = [
    [field.hex32, ['0'.repeat(64)], ['0'.repeat(63), 'A'.repeat(64), 0]],
    [field.address, [`0x${'0'.repeat(40)}`], ['0'.repeat(42), `0X${'0'.repeat(40)}`, `0x${'A'.repeat(40)}`]],
    [field.signature, ['0'.repeat(130)], ['0'.repeat(128), `0x${'0'.repeat(128)}`]],
    [field.count, [0, Number.MAX_SAFE_INTEGER], [-1, 0.5, 2 ** 53, '0', Number.NaN]],
    [field.time, [0], [-1, '2026']],
    [field.name, ['a', 'é'.repeat(256)], ['', 'é'.repeat(257), 1]],
    [field.canonical, [null, [1], { a: 'b' }], [0.5, new Date(), undefined, '\ud800']],
  ];
  for (const [schema, good, bad] of cases) {
    for (const value of good) assert.ok(v.is(schema, value), String(value));
    for (const value of bad) assert.ok(!v.is(schema, value), String(value));
  }
});

test('texts are distinct when none stands twice', () => {
  assert.ok(distinct([]) && distinct(['a', 'A']));
  assert.ok(!distinct(['a', 'b', 'a']));
});

test('what has a digest changes no more, and its digest and bytes are those of its content', () => {
  const make = () =>
    outer.parse(document({ title: 'a', any: [null, { x: 1 }], inner: { isobit: 'inner/1', count: 3 } }));
  const value = make();
  const salt = new Uint8Array(32).fill(7);
  const unsalted = outer.digest(value);
  assert.deepEqual(outer.digest(value, salt), outer.digestOfBytes(encodeCanonical(make()), salt));
  assert.deepEqual(outer.digest(value), unsalted);
  assert.deepEqual(unsalted, outer.digest(make()));
  assert.notDeepEqual(unsalted, outer.digest({ ...value, title: 'b' }));
  assert.throws(() => Object.assign(value, { title: 'b' }), TypeError);
  assert.throws(() => Object.assign(value.inner as object, { count: 4 }), TypeError);
  assert.throws(() => (value.any as unknown[]).push(1), TypeError);
});

test('who changes what encode or digest gave changes nobody else', () => {
  const value = outer.parse(document({ title: 'a' }));
  const digest = outer.digest(value);
  const bytes = outer.encode(value);
  digest.fill(0);
  bytes.fill(0);
  assert.deepEqual(outer.encode(value), encodeCanonical(document({ title: 'a' })));
  assert.deepEqual(outer.digest(value), outer.digestOfBytes(encodeCanonical(document({ title: 'a' }))));
  const salt = new Uint8Array(32).fill(1);
  const salted = outer.digest(value, salt);
  salt.fill(2);
  assert.notDeepEqual(outer.digest(value, salt), salted);
});
