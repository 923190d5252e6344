import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeKey, noteKey } from '@isobit/core';
import {
  createCosigner,
  ed25519Signer,
  formatVkey,
  logKeyDocument,
  logOrigin,
  openLogKey,
  signLogKey,
  vkeyOf,
  witnessName,
} from '@isobit/log';
import { coded } from './build-log.ts';

const node = nodeKey(new Uint8Array(32).fill(1));
const log = ed25519Signer(logOrigin(node.address), noteKey(new Uint8Array(32).fill(2))).vkey;
const witness = createCosigner(witnessName(node.address), noteKey(new Uint8Array(32).fill(3))).vkey;
const document = signLogKey(node, { log, witness });

test('a log-key document gives the keys of its node, through its bytes', () => {
  const keys = openLogKey(logKeyDocument.decode(logKeyDocument.encode(document)));
  assert.deepEqual([keys.address, keys.origin], [node.address, logOrigin(node.address)]);
  assert.deepEqual([keys.log.keyId, keys.witness.keyId], [log.keyId, witness.keyId]);
});

test('a document signed by another key, or changed after signing, is refused', () => {
  const other = nodeKey(new Uint8Array(32).fill(9));
  assert.throws(() => signLogKey(other, { log, witness }), coded('LOG_KEY_INVALID'));
  const stolen = ed25519Signer(log.name, noteKey(new Uint8Array(32).fill(8))).vkey;
  assert.throws(() => openLogKey({ ...document, log: formatVkey(stolen) }), coded('LOG_KEY_INVALID'));
  assert.throws(
    () =>
      openLogKey({
        ...document,
        signature: document.signature.replace(/^./, (c) => (c === '0' ? '1' : '0')),
      }),
    coded('LOG_KEY_INVALID'),
  );
});

test('keys of another name or type are refused', () => {
  const sign = (keys: { log: typeof log; witness: typeof log }) => signLogKey(node, keys);
  assert.throws(
    () => sign({ log: { ...vkeyOf('example.com/x', 1, log.publicKey) }, witness }),
    coded('LOG_KEY_INVALID'),
  );
  assert.throws(() => sign({ log: vkeyOf(log.name, 4, log.publicKey), witness }), coded('LOG_KEY_INVALID'));
  assert.throws(
    () => sign({ log, witness: vkeyOf(witness.name, 1, witness.publicKey) }),
    coded('LOG_KEY_INVALID'),
  );
  assert.throws(() => sign({ log: vkeyOf(log.name, 2, log.publicKey), witness }), coded('VKEY_UNKNOWN_TYPE'));
});

test('unknown members, missing ones and higher versions are refused', () => {
  const { witness: _, ...rest } = document;
  assert.throws(() => logKeyDocument.parse(rest), coded('DOCUMENT_INVALID'));
  assert.throws(() => logKeyDocument.parse({ ...document, more: 1 }), coded('DOCUMENT_INVALID'));
  assert.throws(
    () => logKeyDocument.parse({ ...document, isobit: 'log-key/2' }),
    coded('DOCUMENT_UNKNOWN_VERSION'),
  );
});
