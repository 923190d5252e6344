import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromUtf8, limits, noteKey, utf8 } from '@isobit/core';
import {
  ed25519Signer,
  ed25519Verifier,
  formatVkey,
  parseNote,
  parseVkey,
  serializeNote,
  signNote,
  verifierOf,
  verifyNote,
  vkeyOf,
  withSignatures,
} from '@isobit/log';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { coded, eip712Signer, logSigner, origin } from './build-log.ts';

/** The example of c2sp signed-note. */
const EXAMPLE =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';

test('the example of c2sp signed-note verifies and serializes to the same bytes', () => {
  const note = parseNote(utf8(EXAMPLE));
  assert.equal(verifyNote(note, [verifierOf(EXAMPLE_KEY)]).ok, true);
  assert.equal(fromUtf8(serializeNote(note)), EXAMPLE);
  assert.equal(formatVkey(parseVkey(EXAMPLE_KEY)), EXAMPLE_KEY);
});

test('a changed text is refused as a bad signature of the known key', () => {
  const verdict = verifyNote(parseNote(utf8(EXAMPLE.replace('example', 'examplf'))), [
    verifierOf(EXAMPLE_KEY),
  ]);
  assert.deepEqual(verdict, { ok: false, reason: 'bad-signature', name: 'example.com/foo' });
});

test('lines of unknown keys are ignored, even beside the same name, and alone leave the note unsigned', () => {
  const other = ed25519Verifier(vkeyOf('example.com/foo', 1, new Uint8Array(32).fill(9)));
  const note = parseNote(utf8(EXAMPLE));
  assert.deepEqual(verifyNote(note, [other]), { ok: false, reason: 'unsigned' });
  const two = withSignatures(note, [
    { name: 'example.com/foo', keyId: other.keyId, signature: new Uint8Array(64) },
  ]);
  assert.equal(verifyNote(two, [verifierOf(EXAMPLE_KEY)]).ok, true);
  assert.equal(verifyNote(two, [verifierOf(EXAMPLE_KEY), other]).ok, false);
});

test('a signature added twice is kept once', () => {
  const note = signNote('text\n', [logSigner]);
  assert.equal(withSignatures(note, note.signatures).signatures.length, 1);
});

const line = '— a AAAAAAA=\n';
const malformed: Record<string, string> = {
  'no signature': 'text\n\n',
  'no blank line': `text\n${line}`,
  'no final newline': `text\n\n${line.slice(0, -1)}`,
  'a carriage return': `text\r\n\n${line}`,
  'a NUL': `te\0xt\n\n${line}`,
  'a hyphen for the dash': 'text\n\n- a AAAAAAA=\n',
  'two spaces': 'text\n\n—  a AAAAAAA=\n',
  'an empty key name': 'text\n\n—  AAAAAAA=\n',
  'a plus in the name': 'text\n\n— a+b AAAAAAA=\n',
  'a no-break space in the name': 'text\n\n— a\u00a0b AAAAAAA=\n',
  'base64 without padding': 'text\n\n— a AAAAAAA\n',
  'base64 with stray bits': 'text\n\n— a AAAAAAB=\n',
  'a signature of four bytes': 'text\n\n— a AAAAAA==\n',
  'a line after the signatures': `text\n\n${line}more\n`,
  'too many signatures': `text\n\n${line.repeat(limits.noteSignatures + 1)}`,
  'too many bytes': `${'x'.repeat(limits.noteBytes)}\n\n${line}`,
  empty: '',
};
for (const [name, text] of Object.entries(malformed)) {
  test(`a note is refused: ${name}`, () => {
    assert.throws(() => parseNote(utf8(text)), coded('NOTE_INVALID'));
  });
}

test('bytes that are not UTF-8 are refused, and 16 and more signatures are read', () => {
  assert.throws(() => parseNote(Uint8Array.of(0xff, 0x0a, 0x0a)), coded('NOTE_INVALID'));
  assert.equal(
    parseNote(utf8(`text\n\n${line.repeat(limits.noteSignatures)}`)).signatures.length,
    limits.noteSignatures,
  );
});

test('what may not be read is not written', () => {
  const signatures = [{ name: 'a', keyId: 1, signature: new Uint8Array(1) }];
  assert.throws(() => serializeNote({ text: 'no newline', signatures }), coded('NOTE_INVALID'));
  assert.throws(() => serializeNote({ text: 'lone \ud800\n', signatures }), coded('NOTE_INVALID'));
  assert.throws(() => serializeNote({ text: 'unsigned\n', signatures: [] }), coded('NOTE_INVALID'));
  assert.throws(
    () =>
      serializeNote({ text: 'x\n', signatures: [{ name: 'a b', keyId: 1, signature: new Uint8Array(1) }] }),
    coded('NOTE_INVALID'),
  );
});

for (const [name, text] of Object.entries({
  'two parts': 'example.com/foo+530d903a',
  'upper-case id': EXAMPLE_KEY.replace('530d903a', '530D903A'),
  'an id of another key': EXAMPLE_KEY.replace('530d903a', '530d903b'),
  'stray base64': `${EXAMPLE_KEY}A`,
  'a space in the name': EXAMPLE_KEY.replace('/', ' '),
  empty: '',
})) {
  test(`a verifier key is refused: ${name}`, () =>
    assert.throws(() => parseVkey(text), coded('VKEY_INVALID')));
}

test('keys of types that this reader does not know have no verifier', () => {
  assert.throws(
    () => verifierOf(vkeyOf('example.com/w', 6, new Uint8Array(1312))),
    coded('VKEY_UNKNOWN_TYPE'),
  );
  assert.throws(
    () => verifierOf(vkeyOf('example.com/w', 255, utf8('another/1'))),
    coded('VKEY_UNKNOWN_TYPE'),
  );
  assert.throws(() => verifierOf(vkeyOf('example.com/w', 1, new Uint8Array(31))), coded('VKEY_INVALID'));
});

test('both kinds of key round-trip as vkeys', () => {
  for (const { vkey } of [logSigner, eip712Signer]) assert.deepEqual(parseVkey(formatVkey(vkey)), vkey);
});

const text = fc
  .string({ unit: 'binary' })
  .map((s) => `${s.replaceAll(/[^\n -\u{10ffff}]/gu, '')}\n`)
  .filter((s) => s.isWellFormed());
const signature = fc.record(
  {
    name: fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((name) => name.isWellFormed() && !/[\p{White_Space}+]|[^ -\u{10ffff}]/u.test(name)),
    keyId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  },
  { noNullPrototype: true },
);

test('property: every note reads back as it was written', () =>
  forAll([text, fc.array(signature, { minLength: 1, maxLength: 5 })], (text, signatures) => {
    assert.deepEqual(parseNote(serializeNote({ text, signatures })), { text, signatures });
  }));

test('property: what is read writes the same bytes, and one changed bit of a signed text never verifies', () => {
  const signer = ed25519Signer(origin, noteKey(new Uint8Array(32).fill(7)));
  const verifier = ed25519Verifier(signer.vkey);
  const bytes = serializeNote(signNote('some text\nof lines\n', [signer]));
  return forAll([fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 7 })], (at, bit) => {
    const mutated = bytes.slice();
    mutated[at] = (mutated[at] as number) ^ (1 << bit);
    try {
      const note = parseNote(mutated);
      assert.deepEqual(serializeNote(note), mutated);
      assert.equal(verifyNote(note, [verifier]).ok, false);
    } catch (error) {
      if (!coded('NOTE_INVALID')(error)) throw error;
    }
  });
});
