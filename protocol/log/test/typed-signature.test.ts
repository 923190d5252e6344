import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRoot, keccak256, nodeKey, recoverAddress, toHex, utf8 } from '@isobit/core';
import {
  addressOfOrigin,
  checkpointTypedDigest,
  formatCheckpoint,
  logOrigin,
  parseCheckpoint,
  typedSigner,
  typedVerifier,
  typedVkey,
  verifierOfOrigin,
} from '@isobit/log';
import { eip712Signer, node, origin } from './build-log.ts';

const checkpoint = { origin, size: 3, root: emptyRoot(), extensions: [] };
const text = formatCheckpoint(checkpoint);

test('the digest is that of EIP-712, spelled out', () => {
  const hash = (s: string) => toHex(keccak256(utf8(s)));
  const hex = (s: string) => new Uint8Array(s.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? []);
  const domain = keccak256(
    hex(hash('EIP712Domain(string name,string version)') + hash('Isobit') + hash('1')),
  );
  const size = '3'.padStart(64, '0');
  const struct = keccak256(
    hex(
      hash('Checkpoint(string origin,uint64 size,bytes32 root)') +
        hash(origin) +
        size +
        toHex(checkpoint.root),
    ),
  );
  assert.equal(
    toHex(checkpointTypedDigest(checkpoint)),
    toHex(keccak256(hex(`1901${toHex(domain)}${toHex(struct)}`))),
  );
});

test("the line recovers to the node's address, and the origin alone is enough to verify it", () => {
  const signature = eip712Signer.sign(text);
  assert.equal(recoverAddress(checkpointTypedDigest(checkpoint), signature), node.address);
  assert.equal(verifierOfOrigin(origin)?.verify(text, signature), true);
  assert.equal(addressOfOrigin(origin), node.address);
});

test("another node's key, another size, a cut signature and a foreign text are refused", () => {
  const verifier = typedVerifier(typedVkey(origin, node.address));
  const other = typedSigner(origin, nodeKey(new Uint8Array(32).fill(5)));
  assert.equal(verifier.verify(text, other.sign(text)), false);
  assert.equal(verifier.verify(formatCheckpoint({ ...checkpoint, size: 4 }), eip712Signer.sign(text)), false);
  assert.equal(verifier.verify(text, eip712Signer.sign(text).subarray(1)), false);
  assert.equal(verifier.verify('no checkpoint\n', eip712Signer.sign(text)), false);
});

test('extension lines are not covered, as the spec says', () => {
  const extended = formatCheckpoint({ ...parseCheckpoint(text), extensions: ['more'] });
  assert.equal(verifierOfOrigin(origin)?.verify(extended, eip712Signer.sign(text)), true);
});

test('only lower-case addresses make an origin', () => {
  assert.equal(addressOfOrigin(logOrigin(node.address.toUpperCase())), undefined);
  assert.equal(verifierOfOrigin('example.com/log/x'), undefined);
});
