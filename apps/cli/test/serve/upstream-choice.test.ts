import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { node } from '../../src/commands/node.ts';
import { parseInvocation } from '../../src/invocation.ts';
import { readUpstream } from '../../src/serve/upstream-choice.ts';
import { manifestFacts } from '../../src/show/sheet.ts';
import { capture } from '../capture.ts';

const URL = 'http://127.0.0.1:11434/v1';

const read = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const { terminal } = capture();
  const around = { terminal, env, signal: new AbortController().signal, stdin: (async function* () {})() };
  return readUpstream(parseInvocation(node, argv, around));
};

test('an upstream is a URL, perhaps with models and with a key that no command line shows', async (t) => {
  assert.equal(await read([]), undefined);
  assert.deepEqual(await read(['--upstream', URL]), { url: URL, models: [] });
  assert.deepEqual(
    await read(['--upstream', URL, '--upstream-model', 'a:b', '--upstream-model', 'x=y=story:1']),
    { url: URL, models: [{ name: 'a:b' }, { name: 'x=y', ref: 'story:1' }] },
  );
  assert.deepEqual((await read(['--upstream', URL, '--upstream-embedding', 'e']))?.models, [
    { name: 'e', embeds: true },
  ]);
  const env = { ISOBIT_UPSTREAM_KEY: 'sk-env' };
  assert.equal((await read(['--upstream', URL], env))?.key, 'sk-env');
  assert.equal((await read(['--upstream', URL], { ISOBIT_UPSTREAM_KEY: '' }))?.key, undefined);
  const file = join(tempDir(t), 'key');
  writeFileSync(file, 'sk-file\n');
  assert.equal((await read(['--upstream', URL, '--upstream-key', file], env))?.key, 'sk-file');
});

test('what says nothing is refused', async (t) => {
  for (const model of ['', '=x', 'x='])
    await assert.rejects(read(['--upstream', URL, '--upstream-model', model]), { code: 'USAGE' }, model);
  for (const option of ['--upstream-model', '--upstream-embedding', '--upstream-key'])
    await assert.rejects(read([option, 'a']), { code: 'USAGE' }, option);
  const file = join(tempDir(t), 'key');
  await assert.rejects(read(['--upstream', URL, '--upstream-key', file]), { code: 'FILE' });
  writeFileSync(file, '\n');
  await assert.rejects(read(['--upstream', URL, '--upstream-key', file]), { code: 'FILE' });
  writeFileSync(file, 'x'.repeat(10_000));
  await assert.rejects(read(['--upstream', URL, '--upstream-key', file]), { code: 'FILE' });
});

test('a sheet says that nobody can replay a model of a server', () => {
  const facts = manifestFacts({
    title: 'a',
    task: 'text-generation',
    format: 'upstream',
    licence: 'unknown',
    files: [{ path: 'upstream.json', size: 40, root: 'f'.repeat(64) }],
  });
  assert.deepEqual(
    facts.find(([name]) => name === 'bytes'),
    ['bytes', 'unknown: nobody can replay what this model says'],
  );
  assert.equal(
    facts.find(([name]) => name === 'size'),
    undefined,
  );
});
