import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { need, repositoryPath } from '@isobit/testing';

/** Asks for a need in a process of its own, where a browser is said to be at an absent path. */
function ask(require: string, ...needs: readonly string[]) {
  const script = `import { need } from '${repositoryPath('protocol/testing/src/index.ts')}';
    console.log(JSON.stringify(need(...${JSON.stringify(needs)})));`;
  const env = { ...process.env, ISOBIT_REQUIRE: require, ISOBIT_CHROMIUM: '/absent/browser' };
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', env });
}

test('what is absent skips, with what to do', () => {
  const { skip } = JSON.parse(ask('', 'chromium').stdout);
  assert.equal(
    skip,
    'needs chromium: ISOBIT_CHROMIUM names /absent/browser, which does not exist: correct it',
  );
});

test('nothing needed, nothing skipped', () => {
  assert.deepEqual(need(), { skip: false });
});

test('what is absent and required fails as the file loads', () => {
  const { status, stderr } = ask('shared, chromium', 'chromium');
  assert.equal(status, 1);
  assert.match(
    stderr,
    /"chromium" is required by ISOBIT_REQUIRE, but ISOBIT_CHROMIUM names \/absent\/browser/,
  );
});

test('what is required but not asked for does not matter', () => {
  assert.equal(ask('chromium').status, 0);
});

test('a required need that does not exist fails', () => {
  const { status, stderr } = ask('chrome');
  assert.equal(status, 1);
  assert.match(stderr, /ISOBIT_REQUIRE names "chrome", which is no need: use shared, chromium/);
});

test('network namespaces are probed without leaving one', {
  skip: process.platform !== 'linux' && 'Linux only',
}, () => {
  const list = () => spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout;
  const before = list();
  ask('', 'netns');
  assert.equal(list(), before);
});
