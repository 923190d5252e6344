import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@isobit/testing';

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a busy engine process does not outlive a node that is killed', async () => {
  const path = fileURLToPath(new URL('../fixtures/endless-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = Number(line.toString());
  assert.ok(alive(child));
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await waitFor(() => !alive(child), { what: 'the engine process to end' });
});
