import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromUtf8, leafHash, sha256, toHex, utf8 } from '@isobit/core';
import {
  cosignaturesOf,
  ed25519Signer,
  formatAddCheckpoint,
  logOrigin,
  parseConflict,
  parseCosignatures,
  readCheckpoint,
  signCheckpoint,
  typedSigner,
  verifierOf,
} from '@isobit/log';
import { type Log, openWitness } from '@isobit/store';
import { tempDir } from '@isobit/testing';
import { coded, key, logKey, openSome, someCosigner, someEntries } from './some-log.ts';

const cosigner = someCosigner(20);
const clock = () => 1_700_000_000_500;
const request = async (log: Log, old: number) =>
  formatAddCheckpoint(old, await log.consistency(old), log.head.note);
const hashOf = (log: Log) => toHex(sha256(utf8(log.origin)));

test('a witness cosigns growth, remembers it over a restart, and shows what it cosigned', async (t) => {
  await using log = await openSome(tempDir(t));
  const dir = tempDir(t);
  await log.append(someEntries(10));
  {
    using witness = openWitness({ dir, cosigner, clock });
    const answer = await witness.addCheckpoint(await request(log, 0));
    assert.equal(answer.status, 200);
    const { note } = readCheckpoint(log.head.note);
    const cosigned = { text: note.text, signatures: parseCosignatures(answer.body) };
    assert.deepEqual(cosignaturesOf(cosigned, [verifierOf(cosigner.vkey)]), [
      { name: cosigner.vkey.name, time: 1_700_000_000 },
    ]);
  }
  await log.append(someEntries(10));
  using witness = openWitness({ dir, cosigner, clock });
  const conflict = await witness.addCheckpoint(await request(log, 0));
  assert.deepEqual(
    [conflict.status, conflict.contentType, parseConflict(conflict.body)],
    [409, 'text/x.tlog.size', 10],
  );
  assert.equal((await witness.addCheckpoint(await request(log, 10))).status, 200);
  const latest = readCheckpoint(witness.latest(hashOf(log)) as Uint8Array);
  assert.equal(latest.checkpoint.size, 20);
  assert.equal(cosignaturesOf(latest.note, [verifierOf(cosigner.vkey)])?.length, 1);
  assert.equal(witness.latest('0'.repeat(64)), undefined);
});

test('two faces of a log are refused, and the first one stays', async (t) => {
  await using log = await openSome(tempDir(t));
  await log.append(someEntries(10));
  using witness = openWitness({ dir: tempDir(t), cosigner });
  assert.equal((await witness.addCheckpoint(await request(log, 0))).status, 200);
  const signers = [ed25519Signer(log.origin, logKey), typedSigner(log.origin, key)];
  const fork = signCheckpoint(
    { origin: log.origin, size: 10, root: leafHash(utf8('fork')), extensions: [] },
    signers,
  );
  const answer = await witness.addCheckpoint(formatAddCheckpoint(10, [], fork));
  assert.deepEqual(
    [answer.status, answer.reason, fromUtf8(answer.body)],
    [422, 'ROOT_CHANGED', 'ROOT_CHANGED\n'],
  );
  assert.deepEqual(readCheckpoint(witness.latest(hashOf(log)) as Uint8Array).checkpoint.root, log.head.root);
});

test('requests at the same time are decided one after another', async (t) => {
  await using log = await openSome(tempDir(t));
  using witness = openWitness({ dir: tempDir(t), cosigner });
  await log.append(someEntries(5));
  const small = await request(log, 0);
  await log.append(someEntries(5));
  const large = await request(log, 0);
  const answers = await Promise.all([witness.addCheckpoint(large), witness.addCheckpoint(small)]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 409],
  );
});

test('malformed requests, foreign logs, unsigned checkpoints and too many logs are refused with a reason', async (t) => {
  await using log = await openSome(tempDir(t));
  using witness = openWitness({ dir: tempDir(t), cosigner, maxLogs: 0 });
  const reason = async (body: Uint8Array) => {
    const answer = await witness.addCheckpoint(body);
    return [answer.status, answer.reason];
  };
  assert.deepEqual(await reason(utf8('hello')), [400, 'MALFORMED']);
  const sign = (origin: string) =>
    signCheckpoint({ origin, size: 0, root: log.head.root, extensions: [] }, [ed25519Signer(origin, logKey)]);
  assert.deepEqual(await reason(formatAddCheckpoint(0, [], sign('example.com/log'))), [
    404,
    'UNKNOWN_ORIGIN',
  ]);
  assert.deepEqual(await reason(formatAddCheckpoint(0, [], sign(logOrigin(key.address)))), [
    403,
    'NOT_SIGNED_BY_LOG',
  ]);
  assert.deepEqual(await reason(await request(log, 0)), [429, 'TOO_MANY_LOGS']);
});

test("only verified lines are kept: a stranger's are not repeated", async (t) => {
  await using log = await openSome(tempDir(t));
  using witness = openWitness({ dir: tempDir(t), cosigner });
  const extra = utf8(`${fromUtf8(log.head.note)}— example.com/x AAAAAAA=\n`);
  assert.equal((await witness.addCheckpoint(formatAddCheckpoint(0, [], extra))).status, 200);
  assert.ok(!fromUtf8(witness.latest(hashOf(log)) as Uint8Array).includes('example.com/x'));
});

test('the state of a witness is open once', async (t) => {
  const dir = tempDir(t);
  const witness = openWitness({ dir, cosigner });
  assert.throws(() => openWitness({ dir, cosigner }), coded('LOG_LOCKED'));
  witness.close();
  openWitness({ dir, cosigner }).close();
  await assert.rejects(
    witness.addCheckpoint(
      formatAddCheckpoint(
        0,
        [],
        utf8('origin\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— a AAAAAAA=\n'),
      ),
    ),
    coded('LOG_CLOSED'),
  );
});
