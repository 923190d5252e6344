import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { equalBytes, fromBase64 } from '@isobit/core';
import { fsck, readCheckpoint } from '@isobit/log';
import { readFolder } from '@isobit/store';
import { tempDir } from '@isobit/testing';
import { coded, openSome } from './some-log.ts';

const CHILD = join(import.meta.dirname, 'appending-child.ts');

interface Told {
  readonly index: number;
  readonly entry: Uint8Array;
}

test('kill -9 at any moment loses no resolved append and never leads to two faces', {
  timeout: 120_000,
}, async (t) => {
  const dir = tempDir(t);
  const told: Told[] = [];
  const roots = new Map<number, Uint8Array>();
  const remember = (note: string): void => {
    const { size, root } = readCheckpoint(fromBase64(note)).checkpoint;
    const known = roots.get(size);
    assert.ok(!known || equalBytes(known, root), `two checkpoints of ${size} entries`);
    roots.set(size, root);
  };

  // Each child is killed after another number of appends: while groups, tiles and snapshots are being written.
  for (const [run, appends] of [1, 40, 300, 7, 555, 1000, 260, 90].entries()) {
    const child = spawn(process.execPath, [CHILD, dir, String(run)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    let count = 0;
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      const [kind, index = '', entry = '', note = ''] = line.split(' ');
      if (kind === 'open') remember(entry);
      // A line cut by the kill tells of nothing.
      else if (kind === 'appended' && isWhole(note)) {
        told.push({ index: Number(index), entry: fromBase64(entry) });
        remember(note);
        if (++count === appends) child.kill('SIGKILL');
      }
    }
    await exited;
  }

  await using log = await openSome(dir);
  assert.ok(told.length > 2000);
  for (const { index, entry } of told) assert.deepEqual(await log.entry(index), entry);
  for (const [size, root] of roots) assert.deepEqual(await log.root(size), root);
  assert.equal(new Set(told.map(({ index }) => index)).size, told.length);
  await log.publish();
  const report = await fsck({ read: readFolder(dir), keys: log.verifiers, origin: log.origin });
  assert.deepEqual(report.findings, []);
});

test('a folder in use by another process is refused, and free once that was killed', {
  timeout: 60_000,
}, async (t) => {
  const dir = tempDir(t);
  const child = spawn(process.execPath, [CHILD, dir, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  await assert.rejects(openSome(dir), coded('LOG_LOCKED'));
  child.kill('SIGKILL');
  await exited;
  await using log = await openSome(dir);
  await log.append([new Uint8Array(1)]);
});

function isWhole(note: string): boolean {
  try {
    readCheckpoint(fromBase64(note));
    return true;
  } catch {
    return false;
  }
}
