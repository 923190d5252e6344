import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { leafHash, merkleRoot, nodeKey, noteKey, verifyConsistency, verifyInclusion } from '@isobit/core';
import { decodeBundle, decodeTile, fsck, readCheckpoint, tilePath, tileWidth, verifyNote } from '@isobit/log';
import { clearRefusal, type Log, openLog, readFolder, STATE_FOLDER } from '@isobit/store';
import { forAll, propertyRuns, tempDir } from '@isobit/testing';
import fc from 'fast-check';
import { coded, key, logKey, openSome, someEntries } from './some-log.ts';

const audit = (dir: string, log: Log) =>
  fsck({ read: readFolder(dir), keys: log.verifiers, origin: log.origin });

test('entries come back with indices, proofs and a checkpoint that covers them', async (t) => {
  await using log = await openSome(tempDir(t));
  const entries = someEntries(600);
  const appended = (await Promise.all(entries.map((entry) => log.append([entry])))).flat();
  assert.deepEqual(
    appended.map(({ index }) => index),
    entries.map((_, i) => i),
  );
  assert.deepEqual(log.head.root, merkleRoot(entries.map(leafHash)));
  for (const { index, leaf, head } of [appended[0], appended[255], appended[599]].filter(
    (a) => a !== undefined,
  )) {
    assert.deepEqual(await log.entry(index), entries[index]);
    assert.ok(head.size > index);
    assert.equal(verifyInclusion(index, head.size, leaf, await log.proof(index, head.size), head.root), true);
    assert.equal(verifyInclusion(index, 600, leaf, await log.proof(index), log.head.root), true);
  }
  const { checkpoint, note } = readCheckpoint(log.head.note);
  assert.equal(checkpoint.size, 600);
  for (const verifier of log.verifiers) assert.equal(verifyNote(note, [verifier]).ok, true);
  assert.equal(
    verifyConsistency(300, 600, await log.root(300), log.head.root, await log.consistency(300)),
    true,
  );
});

test('what arrives together is committed together, in order, and calls keep their entries adjacent', async (t) => {
  await using log = await openSome(tempDir(t));
  const heads = new Set<unknown>();
  const results = await Promise.all(Array.from({ length: 100 }, (_, i) => log.append(someEntries(3, i * 3))));
  for (const [i, result] of results.entries()) {
    assert.deepEqual(
      result.map(({ index }) => index),
      [i * 3, i * 3 + 1, i * 3 + 2],
    );
    for (const { head } of result) heads.add(head);
  }
  assert.ok(heads.size <= 2, `${heads.size} commits`);
  assert.deepEqual(await log.append([]), []);
});

test('reopening gives the same log, at every edge, and it grows on', async (t) => {
  const dir = tempDir(t);
  const all: Uint8Array[] = [];
  for (const count of [0, 1, 254, 1, 1, 255, 3000, 5]) {
    await using log = await openSome(dir);
    assert.equal(log.size, all.length);
    assert.deepEqual(log.head.root, merkleRoot(all.map(leafHash)));
    const more = someEntries(count, all.length);
    await log.append(more);
    all.push(...more);
    assert.deepEqual(log.head.root, merkleRoot(all.map(leafHash)));
  }
  await using log = await openSome(dir);
  for (const index of [0, 255, 256, 511, 3000, all.length - 1])
    assert.deepEqual(await log.entry(index), all[index]);
});

test('closing leaves public files that an auditor passes without the log', async (t) => {
  for (const size of [0, 1, 256, 700]) {
    const dir = tempDir(t);
    const log = await openSome(dir);
    await log.append(someEntries(size));
    await log.close();
    rmSync(join(dir, STATE_FOLDER), { recursive: true });
    const report = await audit(dir, log);
    assert.deepEqual([report.ok, report.entries], [true, size]);
  }
});

test('an auditor names what was changed on the disk', async (t) => {
  const dir = tempDir(t);
  const log = await openSome(dir);
  await log.append(someEntries(300));
  await log.close();
  const bundle = readFileSync(join(dir, 'tile/entries/000'));
  bundle[12] = (bundle[12] as number) ^ 1; // the second entry begins at 11
  writeFileSync(join(dir, 'tile/entries/000'), bundle);
  const report = await audit(dir, log);
  assert.deepEqual(
    report.findings.map(({ code, entry }) => [code, entry]),
    [['ENTRY_MISMATCH', 1]],
  );
});

test('property: every tile and bundle of every size up to the newest is served, and no other path', async (t) => {
  const SIZE = 700;
  await using log = await openSome(tempDir(t));
  await log.append(someEntries(SIZE));
  const leaves = someEntries(SIZE).map(leafHash);
  await forAll(
    [fc.integer({ min: 1, max: SIZE }), fc.nat(2)],
    async (size, index) => {
      const width = tileWidth(0, index, size);
      if (width === 0) return;
      const tile = await log.readPublic(tilePath({ level: 0, index, width }));
      assert.deepEqual(
        decodeTile(tile as Uint8Array, width).map((h) => [...h]),
        leaves.slice(index * 256, index * 256 + width).map((h) => [...h]),
      );
      const bundle = await log.readPublic(tilePath({ level: 'entries', index, width }));
      assert.deepEqual(
        decodeBundle(bundle as Uint8Array, width)[0]?.length,
        someEntries(1, index * 256)[0]?.length,
      );
    },
    propertyRuns(50),
  );
  for (const path of [
    'tile/0/003',
    'tile/0/002.p/189',
    'tile/1/000.p/3',
    'tile/1/000',
    '.state/tail.0',
    '../x',
    '',
    'checkpoint.witnessed',
  ]) {
    assert.equal(await log.readPublic(path), undefined, path);
  }
  assert.deepEqual(await log.readPublic('checkpoint'), log.head.note);
});

test('the served log passes an audit while it grows', async (t) => {
  await using log = await openSome(tempDir(t), { publishIntervalMs: 1 });
  let growing = true;
  const appender = (async () => {
    while (growing) await log.append(someEntries(7));
  })();
  await log.append(someEntries(500));
  for (let i = 0; i < 5; i++) {
    const checkpoint = await log.readPublic('checkpoint');
    const report = await fsck({
      keys: log.verifiers,
      read: async (path) => (path === 'checkpoint' ? checkpoint : log.readPublic(path)),
    });
    assert.deepEqual(report.findings, []);
  }
  growing = false;
  await appender;
});

test('the folder belongs to one log at a time', async (t) => {
  const dir = tempDir(t);
  const log = await openSome(dir);
  await assert.rejects(openSome(dir), coded('LOG_LOCKED'));
  await log.append(someEntries(1));
  await log.close();
  await using again = await openSome(dir);
  assert.equal(again.size, 1);
});

test('another key, a lost state and a rolled-back state are refused', async (t) => {
  const dir = tempDir(t);
  const log = await openSome(dir);
  await log.append(someEntries(10));
  await log.publish();
  const backup = join(tempDir(t), 'state');
  cpSync(join(dir, STATE_FOLDER), backup, { recursive: true });
  await log.append(someEntries(10));
  await log.close();
  await assert.rejects(openSome(dir, { key: nodeKey(new Uint8Array(32).fill(9)) }), coded('LOG_CORRUPT'));
  await assert.rejects(openSome(dir, { noteKey: noteKey(new Uint8Array(32).fill(9)) }), coded('LOG_CORRUPT'));
  rmSync(join(dir, STATE_FOLDER), { recursive: true });
  await assert.rejects(openSome(dir), coded('LOG_CORRUPT'));
  rmSync(join(dir, STATE_FOLDER), { recursive: true });
  cpSync(backup, join(dir, STATE_FOLDER), { recursive: true });
  await assert.rejects(openSome(dir), coded('LOG_CORRUPT'));
});

test('places outside the log, entries too long and a closed log are coded errors', async (t) => {
  const log = await openSome(tempDir(t));
  await log.append(someEntries(3));
  for (const index of [3, -1, 0.5, Number.NaN]) {
    await assert.rejects(log.entry(index), coded('LOG_RANGE'));
    await assert.rejects(log.proof(index), coded('LOG_RANGE'));
  }
  await assert.rejects(log.proof(0, 4), coded('LOG_RANGE'));
  await assert.rejects(log.consistency(4), coded('LOG_RANGE'));
  await assert.rejects(log.consistency(3, 2), coded('LOG_RANGE'));
  await assert.rejects(log.append([new Uint8Array(65_536)]), coded('LOG_ENTRY_TOO_LARGE'));
  const [largest] = await log.append([new Uint8Array(65_535)]);
  assert.equal((await log.entry(largest?.index as number)).length, 65_535);
  await log.close();
  await log.close();
  await assert.rejects(log.append(someEntries(1)), coded('LOG_CLOSED'));
});

test('an abort takes back what waits, and nothing else', async (t) => {
  await using log = await openSome(tempDir(t));
  const first = log.append(someEntries(1));
  await Promise.resolve(); // the first commit begins
  await Promise.resolve();
  const abort = new AbortController();
  const waiting = log.append(someEntries(1, 1), abort.signal);
  const after = log.append(someEntries(1, 2));
  abort.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(log.append(someEntries(1), abort.signal), /enough/);
  assert.deepEqual([(await first)[0]?.index, (await after)[0]?.index], [0, 1]);
  assert.deepEqual(await log.entry(1), someEntries(1, 2)[0]);
});

test('appends that were made before closing are kept', async (t) => {
  const dir = tempDir(t);
  const log = await openSome(dir);
  const appended = log.append(someEntries(5));
  await log.close();
  assert.equal((await appended).length, 5);
  await using again = await openSome(dir);
  assert.equal(again.size, 5);
});

test('a refusal stops signing at once and outlives the process; the operator ends it', async (t) => {
  const dir = tempDir(t);
  const log = await openSome(dir, { clock: () => 42 });
  await log.append(someEntries(1));
  await log.refuse({ code: 'LOG_BEHIND', message: 'a witness saw more', witness: 'w' });
  await assert.rejects(log.append(someEntries(1)), coded('LOG_BEHIND'));
  await log.close();
  const again = await openSome(dir);
  assert.deepEqual(again.refusal, {
    code: 'LOG_BEHIND',
    message: 'a witness saw more',
    witness: 'w',
    time: 42,
  });
  await assert.rejects(again.append(someEntries(1)), coded('LOG_BEHIND'));
  assert.deepEqual(await again.entry(0), someEntries(1)[0]);
  await again.close();
  await clearRefusal(dir);
  await clearRefusal(dir);
  await using resolved = await openSome(dir);
  await resolved.append(someEntries(1));
  assert.equal(resolved.size, 2);
});

test('a damaged refusal is not taken for none', async (t) => {
  const dir = tempDir(t);
  await (await openSome(dir)).close();
  writeFileSync(join(dir, STATE_FOLDER, 'refusal.json'), '{}');
  await assert.rejects(openSome(dir), coded('LOG_CORRUPT'));
});

test('partial files go when their full one is there, and a public file that is gone is a coded error', async (t) => {
  const dir = tempDir(t);
  await using log = await openSome(dir, { cacheBytes: 0 });
  await log.append(someEntries(100));
  await log.publish();
  assert.ok(existsSync(join(dir, 'tile/0/000.p/100')));
  await log.append(someEntries(200));
  await log.publish();
  assert.ok(!existsSync(join(dir, 'tile/0/000.p')));
  rmSync(join(dir, 'tile/entries/000'));
  await assert.rejects(log.entry(0), coded('LOG_CORRUPT'));
});

test('a disk that fails is a coded error, and nothing is signed after it', async (t) => {
  const dir = tempDir(t);
  const log = await openLog({ dir, key, noteKey: logKey, publishIntervalMs: 3_600_000, walBytes: 1024 });
  // A file where the folder of tiles belongs: the next full tile cannot be written.
  writeFileSync(join(dir, 'tile'), '');
  await assert.rejects(async () => {
    for (let i = 0; i < 20; i++) await log.append(someEntries(300));
  }, coded('LOG_IO'));
  await assert.rejects(log.append(someEntries(1)), coded('LOG_IO'));
  await log.close();
  rmSync(join(dir, 'tile'));
  await using again = await openSome(dir);
  assert.ok(again.size >= 300);
  await again.publish();
  assert.equal((await audit(dir, again)).ok, true);
});
