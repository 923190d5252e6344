import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { need } from '@isobit/testing';

const scenario = fileURLToPath(new URL('./network-cut/scenario.ts', import.meta.url));

test('a node that loses its cable is done without, and takes up where it left', need('netns'), async (t) => {
  const links = () => execFileSync('ip', ['-o', 'link', 'show'], { encoding: 'utf8' });
  const before = links();
  const child = spawn(
    'unshare',
    ['--net', process.execPath, '--disable-warning=ExperimentalWarning', scenario],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  t.after(() => child.kill('SIGKILL'));
  let told = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
  }
  const [code] = await once(child, 'close');
  assert.equal(code, 0, told);
  t.diagnostic(told);
  assert.match(told, /goes on: \d+ entries, witnessed/);
  assert.equal(links(), before, 'this machine is as it was');
});
