import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { leafHash, merkleRoot, noteKey, sha256, utf8 } from '@isobit/core';
import {
  ed25519Signer,
  encodeBundle,
  encodeTile,
  formatCheckpoint,
  formatVkey,
  serializeNote,
  signNote,
} from '@isobit/log';
import { tempDir } from '@isobit/testing';
import { runCli } from '../src/cli.ts';
import { capture } from './capture.ts';

const signer = ed25519Signer('example.com/log', noteKey(sha256(utf8('log-fsck test'))));
const vkey = formatVkey(signer.vkey);

/** A log of two entries in a folder. */
function logFolder(t: TestContext, entries: readonly Uint8Array[]): string {
  const dir = tempDir(t);
  const leaves = entries.map(leafHash);
  const text = formatCheckpoint({
    origin: 'example.com/log',
    size: entries.length,
    root: merkleRoot(leaves),
    extensions: [],
  });
  for (const level of ['0', 'entries']) mkdirSync(join(dir, 'tile', level, '000.p'), { recursive: true });
  writeFileSync(join(dir, 'checkpoint'), serializeNote(signNote(text, [signer])));
  writeFileSync(join(dir, `tile/0/000.p/${entries.length}`), encodeTile(leaves));
  writeFileSync(join(dir, `tile/entries/000.p/${entries.length}`), encodeBundle(entries));
  return dir;
}

async function fsck(dir: string, ...argv: string[]) {
  const { terminal, stdout } = capture();
  const exit = await runCli(['log', 'fsck', dir, '--json', ...argv], {
    terminal,
    signal: new AbortController().signal,
    env: { ISOBIT_HOME: join(dir, 'home') },
    stdin: Readable.from([]),
  });
  const { findings } = JSON.parse(stdout()) as { findings: readonly { code: string; entry?: number }[] };
  return { exit, codes: [...new Set(findings.map(({ code }) => code))] };
}

test('entries that are no receipts are refused, and the rest is right', async (t) => {
  assert.deepEqual(await fsck(logFolder(t, [utf8('a'), utf8('b')]), '--trust', vkey), {
    exit: 1,
    codes: ['ENTRY_REFUSED'],
  });
});

test('a changed entry, and a key that did not sign, are findings: exit 1', async (t) => {
  const dir = logFolder(t, [utf8('a'), utf8('b')]);
  const path = join(dir, 'tile/entries/000.p/2');
  const bytes = readFileSync(path);
  bytes[2] = 0x7a;
  writeFileSync(path, bytes);
  const other = formatVkey(ed25519Signer('example.com/log', noteKey(sha256(utf8('another key')))).vkey);
  const { exit, codes } = await fsck(dir, '--trust', other);
  assert.equal(exit, 1);
  assert.ok(codes.includes('ENTRY_MISMATCH'));
  assert.ok(codes.includes('CHECKPOINT_UNSIGNED'));
});

test('a folder without a checkpoint says nothing about a log: exit 3', async (t) => {
  assert.deepEqual(await fsck(tempDir(t)), { exit: 3, codes: ['CHECKPOINT_MISSING'] });
});

test('a checkpoint seen earlier that the log no longer shows is a finding; one that it still shows is none', async (t) => {
  const shown = logFolder(t, [utf8('a'), utf8('b')]);
  const hidden = logFolder(t, [utf8('never shown to anybody else')]);
  const earlier = logFolder(t, [utf8('a')]);
  const args = (dir: string) => ['--trust', vkey, '--seen', join(dir, 'checkpoint')];
  assert.ok((await fsck(shown, ...args(hidden))).codes.includes('EARLIER_INCONSISTENT'));
  assert.deepEqual((await fsck(shown, ...args(earlier))).codes, ['ENTRY_REFUSED']);
  await assert.rejects(fsck(shown, '--seen', join(shown, 'absent')));
});
