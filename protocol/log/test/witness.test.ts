import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Hash, leafHash, merkleRoot, utf8 } from '@isobit/core';
import {
  decideAddCheckpoint,
  formatAddCheckpoint,
  parseAddCheckpoint,
  parseConflict,
  parseCosignatures,
  proveConsistency,
  type Seen,
  signCheckpoint,
  verifierOf,
  verifierOfOrigin,
  type WitnessDecision,
} from '@isobit/log';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { buildLog, coded, eip712Signer, logSigner, origin, someEntries, tileReader } from './build-log.ts';

const SIZE = 600;
const leaves = someEntries(SIZE).map(leafHash);
const read = tileReader(buildLog(someEntries(SIZE)).files, SIZE);
const keys = [verifierOf(logSigner.vkey), verifierOf(eip712Signer.vkey)];
const rootOf = (size: number): Hash => merkleRoot(leaves.slice(0, size));
const seen = (size: number): Seen => ({ size, root: rootOf(size) });
const signed = (size: number, root = rootOf(size)) =>
  signCheckpoint({ origin, size, root, extensions: [] }, [logSigner, eip712Signer]);

async function ask(
  old: number,
  size: number,
  last: Seen | undefined,
  change: { proof?: Hash[]; note?: Uint8Array; keys?: typeof keys } = {},
): Promise<WitnessDecision> {
  const proof = change.proof ?? (old <= size ? await proveConsistency(old, size, read) : []);
  const request = parseAddCheckpoint(formatAddCheckpoint(old, proof, change.note ?? signed(size)));
  return decideAddCheckpoint(request, 'keys' in change ? change.keys : keys, last);
}

test('a witness cosigns the first checkpoint, the next, and the same once more', async () => {
  assert.deepEqual(await ask(0, 10, undefined), { status: 200 });
  assert.deepEqual(await ask(10, 300, seen(10)), { status: 200 });
  assert.deepEqual(await ask(300, 300, seen(300)), { status: 200 });
  assert.deepEqual(await ask(0, 0, undefined), { status: 200 });
});

test('the key that an Isobit origin names is enough', async () => {
  const [request, typed] = [
    parseAddCheckpoint(formatAddCheckpoint(0, [], signed(1))),
    verifierOfOrigin(origin),
  ];
  assert.deepEqual(decideAddCheckpoint(request, typed && [typed], undefined), { status: 200 });
});

test('409 carries the size cosigned last, whether the log is behind or ahead of what it said', async () => {
  assert.deepEqual(await ask(0, 10, seen(300)), { status: 409, size: 300 });
  assert.deepEqual(await ask(10, 300, seen(20)), { status: 409, size: 20 });
  assert.deepEqual(await ask(10, 300, undefined), { status: 409, size: 0 });
});

test('404 for an unknown origin', async () => {
  assert.deepEqual(await ask(0, 1, undefined, { keys: undefined as never }), {
    status: 404,
    reason: 'UNKNOWN_ORIGIN',
  });
});

test('403 for a checkpoint unsigned by the log, or with a bad line of a known key', async () => {
  const other = signCheckpoint({ origin, size: 1, root: rootOf(1), extensions: [] }, [
    { ...logSigner, sign: () => new Uint8Array(64) },
  ]);
  assert.deepEqual(await ask(0, 1, undefined, { note: other }), { status: 403, reason: 'NOT_SIGNED_BY_LOG' });
  const strange = [verifierOf({ ...logSigner.vkey, keyId: 1 })];
  assert.deepEqual(await ask(0, 1, undefined, { keys: strange }), {
    status: 403,
    reason: 'NOT_SIGNED_BY_LOG',
  });
});

test('400 for an old size beyond the checkpoint', async () => {
  assert.deepEqual(await ask(5, 4, seen(5)), { status: 400, reason: 'OLD_SIZE_TOO_LARGE' });
});

test('422 for two faces of one size, for a fork, and for an empty tree with entries', async () => {
  const fork = signed(10, leafHash(utf8('fork')));
  assert.deepEqual(await ask(10, 10, seen(10), { note: fork, proof: [] }), {
    status: 422,
    reason: 'ROOT_CHANGED',
  });
  const proof = await proveConsistency(9, 10, read);
  assert.deepEqual(await ask(9, 10, seen(9), { note: fork, proof }), {
    status: 422,
    reason: 'PROOF_INVALID',
  });
  assert.deepEqual(await ask(9, 10, { size: 9, root: leafHash(utf8('x')) }, { proof }), {
    status: 422,
    reason: 'PROOF_INVALID',
  });
  assert.deepEqual(await ask(0, 0, undefined, { note: signed(0, rootOf(1)) }), {
    status: 422,
    reason: 'EMPTY_ROOT_WRONG',
  });
});

test('422 for a proof where none belongs', async () => {
  assert.deepEqual(await ask(0, 10, undefined, { proof: [rootOf(1)] }), {
    status: 422,
    reason: 'PROOF_INVALID',
  });
  assert.deepEqual(await ask(10, 10, seen(10), { proof: [rootOf(1)] }), {
    status: 422,
    reason: 'PROOF_INVALID',
  });
});

const good = new TextDecoder().decode(formatAddCheckpoint(1, [rootOf(1)], signed(2)));
for (const [name, body] of Object.entries({
  'no old line': good.slice(6),
  'a leading zero': good.replace('old 1', 'old 01'),
  'a negative size': good.replace('old 1', 'old -1'),
  'a short hash': good.replace('old 1\n', 'old 1\nAAAA\n'),
  'too many hashes': `old 1\n${`${'A'.repeat(43)}=\n`.repeat(64)}\n`,
  empty: '',
  'only a blank line': '\n\n',
})) {
  test(`a request is malformed: ${name}`, () =>
    assert.throws(() => parseAddCheckpoint(utf8(body)), coded('WITNESS_REQUEST_INVALID')));
}

test('a request whose checkpoint is malformed says so', () => {
  assert.throws(() => parseAddCheckpoint(utf8('old 0\n\nnot a note\n')), coded('NOTE_INVALID'));
  assert.throws(
    () => parseAddCheckpoint(utf8('old 0\n\nnot a checkpoint\n\n— a AAAAAAA=\n')),
    coded('CHECKPOINT_INVALID'),
  );
  assert.throws(() => parseAddCheckpoint(new Uint8Array(100_000)), coded('WITNESS_REQUEST_INVALID'));
});

test("a witness's answers are read strictly", () => {
  assert.equal(parseConflict(utf8('17\n')), 17);
  for (const bad of ['17', '017\n', '\n', 'x\n', '9'.repeat(30)])
    assert.throws(() => parseConflict(utf8(bad)), coded('WITNESS_RESPONSE_INVALID'));
  assert.equal(parseCosignatures(utf8('— a AAAAAAA=\n')).length, 1);
  for (const bad of ['', '— a\n', 'hello\n'])
    assert.throws(() => parseCosignatures(utf8(bad)), coded('WITNESS_RESPONSE_INVALID'));
});

test('property: a request reads back, and honest growth is always cosigned', () =>
  forAll(
    [fc.nat(SIZE), fc.nat(SIZE)],
    async (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const proof = await proveConsistency(from, to, read);
      const request = parseAddCheckpoint(formatAddCheckpoint(from, proof, signed(to)));
      assert.deepEqual([request.oldSize, request.proof, request.checkpoint.size], [from, proof, to]);
      assert.equal(decideAddCheckpoint(request, keys, from === 0 ? undefined : seen(from)).status, 200);
    },
    propertyRuns(20),
  ));
