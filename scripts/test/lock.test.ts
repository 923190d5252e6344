import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { repositoryPath } from '@isobit/testing';
import { completeLock, type Entry, type Lock } from '../lock/complete.ts';
import { platformOf } from '../lock/platforms.ts';

const FOLDERS = ['.', 'engines/native', 'benchmarks'].map((folder) => repositoryPath(folder));
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

const read = (folder: string): Lock => JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));

for (const family of ['@biomejs/biome', 'typescript', 'rolldown', 'lightningcss']) {
  test(`the lock file holds ${family} for every platform`, () => {
    const { packages } = read(repositoryPath());
    const names = Object.keys(packages[`node_modules/${family}`]?.optionalDependencies ?? {});
    const entries = names.map((name) => packages[`node_modules/${name}`]);
    for (const platform of PLATFORMS) {
      const fits = entries.some(
        (entry) => entry?.optional && platform === `${entry.os?.[0]}-${entry.cpu?.[0]}`,
      );
      assert.ok(fits, `${family} lacks ${platform}: run npm run lock`);
    }
  });
}

for (const folder of FOLDERS) {
  test(`${folder}: no registry host, no optional package left out`, () => {
    const lock = read(folder);
    const hosts = Object.values(lock.packages).filter(({ resolved }) => resolved?.includes('://'));
    assert.deepEqual(hosts, [], 'run npm run lock');
    assert.deepEqual(completeLock(lock), lock, 'run npm run lock');
  });

  test(`${folder}: package.json and lock file agree, so that npm ci passes`, () => {
    // With its own folder alone: npm would otherwise take the workspace that npm test runs in.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
    const args = ['ci', '--dry-run', '--ignore-scripts', '--offline', '--loglevel=error'];
    const { status, stderr } = spawnSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      env,
      timeout: 100_000,
    });
    assert.equal(status, 0, `${stderr}\nrun npm run lock`);
  });
}

/** Entries of the completed lock file, by path. */
const complete = (packages: Record<string, Entry>): Lock['packages'] =>
  completeLock<Lock>({ packages }).packages;

test("a package named in its publisher's words for a platform", () => {
  assert.deepEqual(platformOf('@node-llama-cpp/mac-arm64-metal'), { os: ['darwin'], cpu: ['arm64'] });
  assert.deepEqual(platformOf('@node-llama-cpp/win-x64'), { os: ['win32'], cpu: ['x64'] });
  assert.deepEqual(platformOf('@node-llama-cpp/linux-armv7l'), { os: ['linux'], cpu: ['arm'] });
  assert.equal(platformOf('machine-x64'), undefined);
});

test('an absent optional package gets an entry that npm reads as another platform', () => {
  const parent = {
    version: '1.2.3',
    dev: true,
    optionalDependencies: { '@a/b-darwin-arm64': '1.2.3', 'c-linux-x64-musl': '1.0.0' },
  };
  const packages = complete({ '': {}, 'node_modules/a': parent });
  assert.deepEqual(packages['node_modules/@a/b-darwin-arm64'], {
    version: '1.2.3',
    cpu: ['arm64'],
    dev: true,
    optional: true,
    os: ['darwin'],
  });
  assert.deepEqual(packages['node_modules/c-linux-x64-musl']?.libc, ['musl']);
});

test('a build without a mark is for glibc where its family has one for musl', () => {
  const optionalDependencies = { 'b-linux-x64': '1.0.0', 'b-linux-x64-musl': '1.0.0' };
  const packages = complete({ 'node_modules/a': { optionalDependencies } });
  assert.deepEqual(packages['node_modules/b-linux-x64']?.libc, ['glibc']);
});

test('entries that are there stay, nested ones too; only hosts go', () => {
  const optionalDependencies = { 'b-linux-x64': '1.0.0' };
  const packages = {
    'node_modules/a': {
      version: '1.0.0',
      resolved: 'https://mirror.example/a.tgz',
      integrity: 'sha512-x',
      optionalDependencies,
    },
    'node_modules/a/node_modules/b-linux-x64': { version: '1.0.0' },
    'node_modules/w': { resolved: 'protocol/w', link: true },
  };
  const completed = complete(packages);
  assert.deepEqual(Object.keys(completed), Object.keys(packages));
  assert.equal(completed['node_modules/a']?.resolved, undefined);
  assert.equal(completed['node_modules/a']?.integrity, 'sha512-x');
  assert.equal(completed['node_modules/w']?.resolved, 'protocol/w');
});

test('refuses what it cannot tell: a name without a platform, a version that is a range', () => {
  const lock = (name: string, version: string) => ({
    packages: { 'node_modules/a': { optionalDependencies: { [name]: version } } },
  });
  assert.throws(() => completeLock(lock('fast', '1.0.0')), /the registry lacks fast@1\.0\.0.*by hand/);
  assert.throws(() => completeLock(lock('b-linux-x64', '^1.0.0')), /the registry lacks/);
});

test('reads platforms out of names', () => {
  assert.deepEqual(platformOf('@rolldown/binding-linux-arm-gnueabihf'), {
    os: ['linux'],
    cpu: ['arm'],
    libc: ['glibc'],
  });
  assert.deepEqual(platformOf('lightningcss-win32-x64-msvc'), { os: ['win32'], cpu: ['x64'] });
  assert.equal(platformOf('fsevents'), undefined);
});

test('install scripts: only the one that brings Node may run', () => {
  const { allowScripts } = JSON.parse(readFileSync(repositoryPath('package.json'), 'utf8'));
  assert.deepEqual(allowScripts, { node: true, protobufjs: false });
  assert.ok(existsSync(repositoryPath('engines/native/.npmrc')));
});
