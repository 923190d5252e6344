import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, isCoded, utf8 } from '@isobit/core';
import { contradicts, nameRecordKind, openName, signedNameKind, signName } from '@isobit/model';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { alice, mallory, record } from './samples.ts';

const signed = signName(record, alice);
const refused = (code: string) => (error: unknown) => isCoded(error, code);
const other = cidOf(utf8('[]'));

test('a signed record opens, from its bytes too', () => {
  assert.deepEqual(openName(signed), record);
  assert.deepEqual(openName(signedNameKind.decode(signedNameKind.encode(signed))), record);
});

test('a change of any member breaks the signature', () => {
  const changes = {
    key: mallory.address,
    name: 'tripler',
    version: '3',
    model: other,
    sequence: 2,
    expires: 0,
  };
  assert.deepEqual(
    Object.keys(changes).sort(),
    Object.keys(record)
      .filter((name) => name !== 'isobit')
      .sort(),
  );
  for (const [name, value] of Object.entries(changes)) {
    assert.throws(
      () => openName({ ...signed, record: { ...record, [name]: value } }),
      refused('NAME_SIGNATURE'),
      name,
    );
  }
});

test('a change of the signature breaks it', () =>
  forAll(
    [fc.nat(129), fc.constantFrom(...'0123456789abcdef')],
    (at, digit) => {
      const signature = signed.signature.slice(0, at) + digit + signed.signature.slice(at + 1);
      if (signature === signed.signature) return;
      assert.throws(() => openName({ ...signed, signature }), refused('NAME_SIGNATURE'));
    },
    propertyRuns(30),
  ));

test('only the key itself signs its names', () => {
  assert.throws(() => signName(record, mallory), refused('NAME_SIGNATURE'));
});

test('what is no record inside is refused by its own code', () => {
  assert.throws(
    () => signedNameKind.parse({ ...signed, record: { ...record, isobit: 'name/2' } }),
    refused('DOCUMENT_UNKNOWN_VERSION'),
  );
  for (const value of [null, [], {}, 'x', { ...record, zzz: 1 }]) {
    assert.throws(() => signedNameKind.parse({ ...signed, record: value }), refused('DOCUMENT_INVALID'));
  }
});

test('labels have one form', () => {
  for (const name of ['a', '0', 'a.b-c_d', 'a'.repeat(64)])
    assert.equal(nameRecordKind.parse({ ...record, name }).name, name);
  for (const name of ['', 'A', '.a', 'a.', '-', 'a b', 'a/b', 'a:b', 'é', 'a\n', 'a'.repeat(65)]) {
    assert.throws(() => nameRecordKind.parse({ ...record, name }), refused('DOCUMENT_INVALID'), name);
  }
});

test('one version with two models contradicts itself; nothing else does', () => {
  assert.ok(contradicts(record, { ...record, model: other, sequence: 9 }));
  assert.ok(!contradicts(record, { ...record, sequence: 9, expires: 0 }));
  for (const change of [{ key: mallory.address }, { name: 'tripler' }, { version: '3' }]) {
    assert.ok(!contradicts(record, { ...record, model: other, ...change }));
  }
});
