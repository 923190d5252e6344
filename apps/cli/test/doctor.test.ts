import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { runCli } from '../src/cli.ts';
import { checkClock, checkHome, checkKeys, checkNode, checkPort } from '../src/doctor/machine.ts';
import { capture } from './capture.ts';

interface Report {
  readonly ok: boolean;
  readonly findings: readonly { name: string; status: string; detail: string; fix?: string }[];
}

async function doctor(home: string, ...argv: string[]): Promise<{ exit: number; report: Report }> {
  const { terminal, stdout } = capture();
  const exit = await runCli(['doctor', '--json', ...argv], {
    terminal,
    signal: new AbortController().signal,
    env: { ISOBIT_HOME: home },
    stdin: Readable.from([]),
  });
  return { exit, report: JSON.parse(stdout()) as Report };
}

test('a machine that is fit has nothing in its way, and every finding that is none is fixed by words', async (t) => {
  const { exit, report } = await doctor(tempDir(t));
  assert.deepEqual(
    report.findings.filter(({ status }) => status === 'problem'),
    [],
  );
  assert.equal(exit, 0);
  const names = report.findings.map(({ name }) => name);
  for (const name of [
    'node',
    'data folder',
    'keys',
    'port 4620',
    'memory',
    'clock',
    'exact engine',
    'known answer',
    'known text',
    'native engine',
    'native texts',
    'llama.cpp',
    'running node',
  ])
    assert.ok(names.includes(name), name);
  for (const { status, fix } of report.findings) assert.equal(fix === undefined, status === 'ok');
});

test('a node that does not answer is a problem, and then the exit code is 3', async (t) => {
  const { exit, report } = await doctor(tempDir(t), '--node', 'http://127.0.0.1:1');
  assert.equal(exit, 3);
  assert.equal(report.ok, false);
  assert.deepEqual(
    report.findings.filter(({ status }) => status === 'problem').map(({ name }) => name),
    ['running node'],
  );
});

test('an old Node, a wrong clock and open keys are named with what to do', async (t) => {
  assert.equal(checkNode('v20.11.0').status, 'problem');
  assert.equal(checkNode('v24.0.0').status, 'ok');
  assert.equal(checkClock(0).status, 'problem');
  const home = tempDir(t);
  mkdirSync(join(home, 'node'));
  const key = join(home, 'node', 'node.key');
  writeFileSync(key, 'secret', { mode: 0o600 });
  assert.deepEqual(
    (await checkKeys(home, [])).map(({ status }) => status),
    ['ok'],
  );
  chmodSync(key, 0o644);
  const [open] = await checkKeys(home, []);
  assert.equal(open?.status, 'problem');
  assert.equal(open?.fix, `chmod 600 ${key}`);
});

test('a folder that is none is a problem', async (t) => {
  const file = join(tempDir(t), 'file');
  writeFileSync(file, '');
  const [found] = await checkHome(join(file, 'below'));
  assert.equal(found?.status, 'problem');
  assert.match(found?.fix ?? '', /ISOBIT_HOME/);
});

test('a node that holds the port is no trouble', async () => {
  const running = { pid: 1, http: 'http://127.0.0.1:4620', address: '0x1', dataDir: '/x', started: 1 };
  assert.equal((await checkPort([running])).status, 'ok');
});
