import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { need, waitFor } from '@isobit/testing';

const script = fileURLToPath(new URL('./fixtures/mdns-node.ts', import.meta.url));
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const inside = (pid: number, ...args: string[]) =>
  execFileSync('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...args]);

interface Told {
  ready?: boolean;
  self?: string;
  found?: string;
}

/** A process in a network namespace of its own, which ends with it. */
function isolated(): { child: ChildProcess; told: Told[] } {
  const child = spawn('unshare', ['--net', process.execPath, script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const told: Told[] = [];
  child.on('message', (message: Told) => told.push(message));
  return { child, told };
}

// Two namespaces and one cable between them: the multicast has nowhere else to go, and both end with their process.
test('nodes on one cable find each other by mDNS', need('netns'), async (t) => {
  const links = () => ip('-o', 'link', 'show').toString();
  const before = links();
  const nodes = [isolated(), isolated()];
  const ended = nodes.map(({ child }) => once(child, 'exit'));
  t.after(async () => {
    for (const { child } of nodes) child.kill('SIGKILL');
    await Promise.all(ended);
    assert.equal(links(), before, 'this machine is as it was');
  });
  await waitFor(() => nodes.every(({ told }) => told.some(({ ready }) => ready)), { what: 'both processes' });
  const [first, second] = nodes.map(({ child }) => child.pid as number) as [number, number];
  ip(
    'link',
    'add',
    'isobit',
    'netns',
    String(first),
    'type',
    'veth',
    'peer',
    'name',
    'isobit',
    'netns',
    String(second),
  );
  [first, second].forEach((pid, i) => {
    inside(pid, 'addr', 'add', `10.255.77.${i + 1}/24`, 'dev', 'isobit');
    inside(pid, 'link', 'set', 'lo', 'up');
    inside(pid, 'link', 'set', 'isobit', 'up');
    inside(pid, 'route', 'add', '224.0.0.0/4', 'dev', 'isobit');
  });
  for (const [i, { child }] of nodes.entries()) child.send({ listen: `/ip4/10.255.77.${i + 1}/tcp/0` });
  const selfOf = (i: number) => nodes[i]?.told.find(({ self }) => self)?.self;
  const found = (i: number, other: number) =>
    nodes[i]?.told.some(({ found }) => found !== undefined && found === selfOf(other));
  await waitFor(() => found(0, 1) && found(1, 0), { what: 'each to find the other', timeout: 30_000 });
});
