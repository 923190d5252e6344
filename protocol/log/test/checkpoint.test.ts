import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { emptyRoot, toBase64, toHex, utf8 } from '@isobit/core';
import {
  formatCheckpoint,
  parseCheckpoint,
  readCheckpoint,
  signCheckpoint,
  verifierOf,
  verifyNote,
} from '@isobit/log';
import { forAll, need, sharedPath } from '@isobit/testing';
import fc from 'fast-check';
import { coded, eip712Signer, logSigner, origin } from './build-log.ts';

const ROOT = toBase64(emptyRoot());

test('a checkpoint carries the log key and the EIP-712 copy, in this order', () => {
  const bytes = signCheckpoint({ origin, size: 0, root: emptyRoot(), extensions: [] }, [
    logSigner,
    eip712Signer,
  ]);
  const { checkpoint, note } = readCheckpoint(bytes);
  assert.equal(checkpoint.size, 0);
  assert.deepEqual(
    note.signatures.map((line) => line.keyId),
    [logSigner.vkey.keyId, eip712Signer.vkey.keyId],
  );
  for (const { vkey } of [logSigner, eip712Signer])
    assert.equal(verifyNote(note, [verifierOf(vkey)]).ok, true);
});

for (const [name, text] of Object.entries({
  'two lines': `origin\n1\n`,
  'an empty origin': `\n1\n${ROOT}\n`,
  'a leading zero': `origin\n01\n${ROOT}\n`,
  'a sign': `origin\n+1\n${ROOT}\n`,
  'a size beyond integers': `origin\n9007199254740992\n${ROOT}\n`,
  'a root of 31 bytes': `origin\n1\n${toBase64(new Uint8Array(31))}\n`,
  'a root that is no base64': 'origin\n1\n!\n',
  'an empty extension line': `origin\n1\n${ROOT}\n\n`,
  'no final newline': `origin\n1\n${ROOT}`,
})) {
  test(`a checkpoint is refused: ${name}`, () =>
    assert.throws(() => parseCheckpoint(text), coded('CHECKPOINT_INVALID')));
}

test('a checkpoint that could not be read is not written', () => {
  const good = { origin, size: 1, root: emptyRoot(), extensions: [] };
  for (const bad of [
    { origin: '' },
    { origin: 'a\nb' },
    { size: -1 },
    { size: 1.5 },
    { root: new Uint8Array(3) },
    { extensions: [''] },
  ]) {
    assert.throws(() => formatCheckpoint({ ...good, ...bad }), coded('CHECKPOINT_INVALID'));
  }
});

test('extension lines are kept and covered by the signature', () => {
  const bytes = signCheckpoint({ origin, size: 1, root: emptyRoot(), extensions: ['x 1'] }, [logSigner]);
  assert.deepEqual(readCheckpoint(bytes).checkpoint.extensions, ['x 1']);
  const forged = readCheckpoint(utf8(new TextDecoder().decode(bytes).replace('x 1', 'x 2')));
  assert.equal(verifyNote(forged.note, [verifierOf(logSigner.vkey)]).ok, false);
});

test("the checkpoints of tessera's log verify with its key", need('shared'), () => {
  const key = verifierOf('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');
  for (let size = 0; size < 15; size++) {
    const path = sharedPath(`vectors/tlog-tiles-tessera/testdata/log/checkpoint.${size}`);
    const { checkpoint, note } = readCheckpoint(new Uint8Array(readFileSync(path)));
    assert.equal(checkpoint.size, size);
    assert.equal(verifyNote(note, [key]).ok, true);
    if (size === 0) assert.equal(toHex(checkpoint.root), toHex(emptyRoot()));
  }
});

const lineText = fc.string({ unit: 'binary', minLength: 1 }).filter((s) => !s.includes('\n'));
test('property: every checkpoint reads back as it was written', () =>
  forAll(
    [
      lineText,
      fc.maxSafeNat(),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.array(lineText, { maxLength: 3 }),
    ],
    (origin, size, root, extensions) => {
      const checkpoint = { origin, size, root, extensions };
      assert.deepEqual(parseCheckpoint(formatCheckpoint(checkpoint)), checkpoint);
    },
  ));
