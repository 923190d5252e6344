import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leafHash, utf8, verifyConsistency, verifyInclusion } from '@isobit/core';
import { fsck } from '@isobit/log';
import { readFolder } from '@isobit/store';
import { tempDir } from '@isobit/testing';
import { openSome } from './log/some-log.ts';

const MILLION = 1_000_000;
const receipt = (index: number): Uint8Array =>
  utf8(`{"receipt":"${String(index).padStart(10, '0')}","digests":"${'0123456789abcdef'.repeat(18)}"}`);

test('a million receipts: durable appends, proofs, reopening, an audit in constant memory', {
  timeout: 900_000,
}, async (t) => {
  const dir = tempDir(t);
  const options = { publishIntervalMs: 1000, walBytes: 8 * 1024 * 1024 };
  let log = await openSome(dir, options);
  const earlier: Uint8Array[] = [];
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next < MILLION) {
        const index = next++;
        const [appended] = await log.append([receipt(index)]);
        if (appended && appended.index % 100_000 === 0) earlier.push(appended.head.note);
      }
    }),
  );
  const perSecond = (MILLION / (performance.now() - started)) * 1000;
  assert.ok(perSecond >= 2000, `${perSecond.toFixed(0)} appends/s`);

  await log.close();
  const opening = performance.now();
  log = await openSome(dir, options);
  assert.ok(performance.now() - opening < 1000, 'a log of a million opens within a second');
  assert.equal(log.size, MILLION);

  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    const index = (i * 7_919_993) % MILLION;
    const from = performance.now();
    const proof = await log.proof(index);
    times.push(performance.now() - from);
    assert.equal(
      verifyInclusion(index, MILLION, leafHash(await log.entry(index)), proof, log.head.root),
      true,
    );
  }
  times.sort((a, b) => a - b);
  assert.ok((times[250] as number) <= 2, `a proof takes ${times[250]} ms at the median`);
  assert.equal(
    verifyConsistency(
      123_456,
      MILLION,
      await log.root(123_456),
      log.head.root,
      await log.consistency(123_456),
    ),
    true,
  );

  const before = process.memoryUsage().arrayBuffers;
  let highest = 0;
  const report = await fsck({
    read: readFolder(dir),
    keys: log.verifiers,
    origin: log.origin,
    earlier,
    entry: (bytes) => (bytes[0] === 0x7b ? undefined : 'not JSON'),
    progress: (done) => {
      if (done % (256 * 64) === 0) highest = Math.max(highest, process.memoryUsage().arrayBuffers - before);
    },
  });
  assert.deepEqual([report.findings, report.entries, report.ok], [[], MILLION, true]);
  assert.ok(highest < 256 * 1024 * 1024, `the audit held ${highest} bytes`);
  await log.close();
});
