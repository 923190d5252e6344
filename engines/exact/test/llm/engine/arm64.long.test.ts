import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { need, repositoryPath } from '@isobit/testing';

const script = repositoryPath('engines/exact/test/llm/engine/print-bits.ts');
const MINUTES = 60_000;

const lines = (command: string, ...args: string[]): string[] =>
  execFileSync(command, [...args, '--disable-warning=ExperimentalWarning', script], {
    encoding: 'utf8',
    timeout: 15 * MINUTES,
  })
    .trim()
    .split('\n');

test('an Arm processor gives the same bits, for every format and architecture', need('arm64'), () => {
  const [command, ...args] = (process.env['ISOBIT_ARM64'] as string).split(' ');
  const here = lines(process.execPath);
  assert.equal(here.length, 14);
  assert.deepEqual(lines(command as string, ...args), here);
});
