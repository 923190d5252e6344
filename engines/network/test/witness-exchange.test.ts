import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromUtf8, isCoded, utf8 } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { decodeReply, encodeReply } from '../src/witness/witness-exchange.ts';
import { coded, testPair } from './support.ts';

const never = new AbortController().signal;

test('request and answer bodies travel as they are', async (t) => {
  const { worker, client } = await testPair(t);
  await worker.handleWitness(async (body, peer) => {
    assert.equal(peer.address, client.self);
    return body.length > 0 ? { status: 409, body: utf8('12\n') } : { status: 400, body: new Uint8Array() };
  });
  const witness = client.witnessOf(worker.self);
  assert.equal(witness.name, worker.self);
  const conflict = await witness.addCheckpoint(utf8('old 5\n\nnote'), never);
  assert.deepEqual([conflict.status, fromUtf8(conflict.body)], [409, '12\n']);
  assert.equal((await witness.addCheckpoint(new Uint8Array(), never)).status, 400);
});

test('a body above the limit is not read, and a witness that fails gives no answer', async (t) => {
  const { worker, client } = await testPair(t);
  await worker.handleWitness(async () => {
    throw new TypeError('a fault of the witness');
  });
  const witness = client.witnessOf(worker.self);
  await assert.rejects(witness.addCheckpoint(new Uint8Array(1_000_000), never), coded('PEER_RESET'));
  await assert.rejects(witness.addCheckpoint(utf8('x'), never), coded('PEER_RESET'));
});

test('a reply reads back as it was written; no HTTP status is refused', async () => {
  await forAll([fc.integer({ min: 200, max: 599 }), fc.uint8Array()], (status, body) => {
    const read = decodeReply(encodeReply({ status, body }));
    assert.deepEqual([read.status, [...read.body]], [status, [...body]]);
  });
  for (const bytes of [[], [0], [0, 0], [0, 199], [255, 255]]) {
    assert.throws(
      () => decodeReply(Uint8Array.from(bytes)),
      (error) => isCoded(error, 'PEER_MALFORMED'),
    );
  }
});
