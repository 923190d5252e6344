import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRoot, noteKey, u64 } from '@isobit/core';
import {
  cosignaturesOf,
  cosignatureTime,
  createCosigner,
  formatCheckpoint,
  type Note,
  verifierOf,
} from '@isobit/log';
import { coded, origin, witness } from './build-log.ts';

const text = formatCheckpoint({ origin, size: 0, root: emptyRoot(), extensions: [] });
const verifier = verifierOf(witness.vkey);
const cosigned = (signatures: Note['signatures']): Note => ({ text, signatures });

test('a cosignature verifies and carries its time', () => {
  const line = witness.cosign(text, 1_700_000_000);
  assert.equal(verifier.verify(text, line.signature), true);
  assert.deepEqual(cosignaturesOf(cosigned([line]), [verifier]), [
    { name: witness.vkey.name, time: 1_700_000_000 },
  ]);
});

test('the time is covered: another one does not verify, and rejects the whole note', () => {
  const line = witness.cosign(text, 1_700_000_000);
  const later = line.signature.slice();
  later.set(u64(1_700_000_001));
  assert.equal(verifier.verify(text, later), false);
  assert.equal(cosignaturesOf(cosigned([{ ...line, signature: later }]), [verifier]), undefined);
});

test('unknown witnesses count for nothing', () => {
  const stranger = createCosigner('example.com/w', noteKey(new Uint8Array(32).fill(8)));
  assert.deepEqual(cosignaturesOf(cosigned([stranger.cosign(text, 5)]), [verifier]), []);
});

test('times outside the format are refused', () => {
  assert.throws(() => witness.cosign(text, 0), coded('NOTE_INVALID'));
  assert.throws(() => witness.cosign(text, 1.5), coded('NOTE_INVALID'));
  assert.equal(cosignatureTime(new Uint8Array(72)), undefined);
  assert.equal(cosignatureTime(new Uint8Array(72).fill(0xff)), undefined);
  assert.equal(cosignatureTime(new Uint8Array(71)), undefined);
});

test('a plain Ed25519 signature of the text is no cosignature', () => {
  const key = noteKey(new Uint8Array(32).fill(4));
  const signature = new Uint8Array(72);
  signature.set(u64(5));
  signature.set(key.sign(new TextEncoder().encode(text)), 8);
  assert.equal(verifier.verify(text, signature), false);
});
