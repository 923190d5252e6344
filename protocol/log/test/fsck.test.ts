import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { emptyRoot, utf8 } from '@isobit/core';
import {
  type Finding,
  type FsckOptions,
  fsck,
  readCheckpoint,
  serializeNote,
  signCheckpoint,
  verifierOf,
  withSignatures,
} from '@isobit/log';
import { forAll, need, propertyRuns, sharedPath } from '@isobit/testing';
import fc from 'fast-check';
import { buildLog, eip712Signer, logSigner, origin, someEntries, witness } from './build-log.ts';

const keys = [verifierOf(logSigner.vkey), verifierOf(eip712Signer.vkey)];
const SIZE = 600;
const entries = someEntries(SIZE);

async function audit(files: Map<string, Uint8Array>, options: Partial<FsckOptions> = {}) {
  return fsck({ read: async (path) => files.get(path), keys, origin, ...options });
}
const codes = (report: { findings: readonly Finding[] }) =>
  [...new Set(report.findings.map((f) => f.code))].sort();
const flip = (bytes: Uint8Array, at: number, mask = 1) =>
  bytes.map((byte, i) => (i === at ? byte ^ mask : byte));

test('a sound log passes, at sizes around the edges of tiles', async () => {
  for (const size of [0, 1, 255, 256, 257, 512, SIZE, 65_537]) {
    const report = await audit(buildLog(someEntries(size)).files);
    assert.deepEqual([report.ok, report.complete, report.entries], [true, true, size]);
  }
});

test('what is missing is named', async () => {
  for (const [path, code] of [
    ['checkpoint', 'CHECKPOINT_MISSING'],
    ['tile/entries/001', 'BUNDLE_MISSING'],
    ['tile/0/002.p/88', 'TILE_MISSING'],
    ['tile/1/000.p/2', 'TILE_MISSING'],
  ] as const) {
    const { files } = buildLog(entries);
    files.delete(path);
    const report = await audit(files);
    assert.deepEqual(
      report.findings.map((f) => [f.code, f.path]),
      [[code, path]],
    );
  }
  const { files } = buildLog(entries);
  files.delete('tile/0/000');
  files.delete('tile/entries/000');
  assert.deepEqual(codes(await audit(files)), ['BUNDLE_MISSING', 'ROOT_UNKNOWN', 'TILE_MISSING']);
});

test('a partial tile that was dropped for its full one is read as its beginning', async () => {
  const { files } = buildLog(entries);
  const later = buildLog(someEntries(768)).files;
  for (const path of ['tile/entries/002', 'tile/0/002']) files.set(path, later.get(path) as Uint8Array);
  files.delete('tile/entries/002.p/88');
  files.delete('tile/0/002.p/88');
  assert.equal((await audit(files)).ok, true);
  files.set('tile/entries/002', flip(later.get('tile/entries/002') as Uint8Array, 5));
  assert.deepEqual(codes(await audit(files)), ['ENTRY_MISMATCH']);
});

test('a changed entry is named, and nothing else with it', async () => {
  const { files } = buildLog(entries);
  const changed = files.get('tile/entries/001') as Uint8Array;
  files.set('tile/entries/001', flip(changed, 2));
  const report = await audit(files);
  assert.deepEqual(
    report.findings.map(({ code, path, entry }) => [code, path, entry]),
    [['ENTRY_MISMATCH', 'tile/entries/001', 256]],
  );
});

test('changed hashes are named by tile and slot, at every level', async () => {
  const { files } = buildLog(someEntries(65_537));
  files.set('tile/1/000', flip(files.get('tile/1/000') as Uint8Array, 64));
  files.set('tile/2/000.p/1', flip(files.get('tile/2/000.p/1') as Uint8Array, 0));
  const report = await audit(files);
  assert.deepEqual(
    report.findings.map(({ code, path, slot }) => [code, path, slot]),
    [
      ['TILE_MISMATCH', 'tile/1/000', 2],
      ['TILE_MISMATCH', 'tile/2/000.p/1', 0],
    ],
  );
});

test('malformed files are named', async () => {
  for (const [path, code] of [
    ['tile/entries/000', 'BUNDLE_MALFORMED'],
    ['tile/0/000', 'TILE_MALFORMED'],
    ['checkpoint', 'CHECKPOINT_MALFORMED'],
  ] as const) {
    const { files } = buildLog(entries);
    files.set(path, (files.get(path) as Uint8Array).subarray(1, -1));
    assert.ok(codes(await audit(files)).includes(code), path);
  }
});

test('signatures: another origin, no signature, a forged one', async () => {
  const { files, root } = buildLog(entries);
  assert.deepEqual(codes(await audit(files, { origin: 'example.com/x' })), ['CHECKPOINT_ORIGIN']);
  files.set('checkpoint', signCheckpoint({ origin, size: SIZE, root, extensions: [] }, [logSigner]));
  assert.deepEqual(codes(await audit(files)), ['CHECKPOINT_UNSIGNED']);
  files.set(
    'checkpoint',
    signCheckpoint({ origin, size: SIZE, root, extensions: [] }, [
      logSigner,
      { ...eip712Signer, sign: () => new Uint8Array(65) },
    ]),
  );
  assert.deepEqual(codes(await audit(files)), ['CHECKPOINT_SIGNATURE']);
  files.set(
    'checkpoint',
    signCheckpoint({ origin, size: SIZE, root: emptyRoot(), extensions: [] }, [logSigner, eip712Signer]),
  );
  assert.deepEqual(codes(await audit(files)), ['ROOT_MISMATCH']);
});

test('witnesses: counted, forged, dated in the future', async () => {
  const { files } = buildLog(entries);
  const { note } = readCheckpoint(files.get('checkpoint') as Uint8Array);
  const witnesses = [verifierOf(witness.vkey)];
  const trust = { witnesses, minimumWitnesses: 1, now: 1_700_000_000_000 };
  assert.deepEqual(codes(await audit(files, trust)), ['WITNESSES_MISSING']);
  const line = witness.cosign(note.text, 1_700_000_000);
  files.set('checkpoint', serializeNote(withSignatures(note, [line])));
  const report = await audit(files, trust);
  assert.deepEqual([report.ok, report.cosigned], [true, [witness.vkey.name]]);
  assert.deepEqual(codes(await audit(files, { ...trust, now: 1_600_000_000_000 })), [
    'COSIGNATURE_INVALID',
    'WITNESSES_MISSING',
  ]);
  files.set(
    'checkpoint',
    serializeNote(withSignatures(note, [{ ...line, signature: flip(line.signature, 20) }])),
  );
  assert.deepEqual(codes(await audit(files, trust)), ['COSIGNATURE_INVALID', 'WITNESSES_MISSING']);
});

test('earlier checkpoints: a prefix passes; a fork, a larger log and a stranger do not', async () => {
  const { files } = buildLog(entries);
  const prefix = [0, 1, 256, 300, SIZE].map(
    (size) => buildLog(someEntries(size)).files.get('checkpoint') as Uint8Array,
  );
  assert.equal((await audit(files, { earlier: prefix })).ok, true);
  const fork = buildLog([...someEntries(299), utf8('fork')]).files.get('checkpoint') as Uint8Array;
  assert.deepEqual(codes(await audit(files, { earlier: [fork] })), ['EARLIER_INCONSISTENT']);
  const larger = buildLog(someEntries(SIZE + 1)).files.get('checkpoint') as Uint8Array;
  assert.deepEqual(codes(await audit(files, { earlier: [larger] })), ['EARLIER_LARGER']);
  const unsigned = buildLog(someEntries(1), [eip712Signer]).files.get('checkpoint') as Uint8Array;
  assert.deepEqual(codes(await audit(files, { earlier: [unsigned, utf8('x')] })), ['EARLIER_UNSIGNED']);
});

test("the application's check names the entry; too many findings stop the audit", async () => {
  const { files } = buildLog(entries);
  const refuse = (bytes: Uint8Array, index: number) =>
    index === 300 && bytes.length > 0 ? 'no receipt' : undefined;
  const report = await audit(files, { entry: refuse });
  assert.deepEqual(
    report.findings.map((f) => [f.code, f.entry]),
    [['ENTRY_REFUSED', 300]],
  );
  const stopped = await audit(files, { entry: () => 'no', maxFindings: 5 });
  assert.deepEqual(
    [stopped.complete, stopped.ok, stopped.findings.length, stopped.entries],
    [false, false, 5, 256],
  );
});

test('progress is reported, an abort and a failing reader end the audit', async () => {
  const { files } = buildLog(entries);
  const seen: number[] = [];
  await audit(files, { progress: (done) => seen.push(done) });
  assert.deepEqual(seen, [256, 512, 600]);
  await assert.rejects(audit(files, { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
  await assert.rejects(
    fsck({
      keys,
      read: async (path) => (path === 'checkpoint' ? files.get(path) : Promise.reject(new Error('offline'))),
    }),
    /offline/,
  );
});

test('property: one changed bit anywhere in the public files is found', () => {
  const { files } = buildLog(someEntries(300));
  const paths = [...files.keys()];
  return forAll(
    [fc.constantFrom(...paths), fc.nat(), fc.integer({ min: 0, max: 7 })],
    async (path, n, bit) => {
      const changed = new Map(files);
      const bytes = files.get(path) as Uint8Array;
      changed.set(path, flip(bytes, n % bytes.length, 1 << bit));
      assert.equal((await audit(changed)).ok, false, path);
    },
    propertyRuns(50),
  );
});

/** Key of the log in ../shared/vectors/tlog-tiles-tessera, as tessera's own tests state it. */
const TESSERA_KEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
const tessera = (path: string) =>
  new Uint8Array(readFileSync(sharedPath(`vectors/tlog-tiles-tessera/testdata/log/${path}`)));

test(
  "tessera's log passes with all its earlier checkpoints, and every changed byte of it is found",
  need('shared'),
  async () => {
    const paths = ['checkpoint', 'tile/entries/000.p/15', 'tile/0/000.p/15'];
    const files = new Map(paths.map((path) => [path, tessera(path)]));
    const options = { keys: [verifierOf(TESSERA_KEY)], origin: 'example.com/log/testdata' };
    const earlier = Array.from({ length: 15 }, (_, size) => tessera(`checkpoint.${size}`));
    assert.equal((await audit(files, { ...options, earlier })).ok, true);
    for (const [path, bytes] of files) {
      for (let at = 0; at < bytes.length; at++) {
        const changed = new Map(files).set(path, flip(bytes, at));
        assert.equal((await audit(changed, options)).ok, false, `${path} byte ${at}`);
      }
    }
  },
);
