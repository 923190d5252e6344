import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { repositoryPath, tempDir } from '@isobit/testing';

const SETUP = repositoryPath('scripts/setup.mjs');

test('refuses a folder that has no lock file of its own', () => {
  const { status, stderr } = spawnSync(process.execPath, [SETUP, 'protocol/core'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(
    stderr,
    /"protocol\/core" has no lock file of its own: give one of engines\/native, engines\/kernels\/compiler, benchmarks, compatibility/,
  );
});

test('asks for the workspace to be installed first', (t) => {
  const root = tempDir(t);
  mkdirSync(join(root, 'scripts'));
  copyFileSync(SETUP, join(root, 'scripts/setup.mjs'));
  const command = [join(root, 'scripts/setup.mjs'), 'benchmarks'];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /the workspace itself is not installed: run "npm ci" first/);
});
