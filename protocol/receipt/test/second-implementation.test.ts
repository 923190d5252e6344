import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryPath, tempDir } from '@isobit/testing';

const has = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0;
const needsPython = {
  skip: has
    ? false
    : 'needs python3, 3.10 or newer: install it to check the specs against a second implementation',
} as const;

function check(folder: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('python3', [repositoryPath('specs/check/verify.py'), folder], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, output: stdout + stderr };
}

test('an implementation in Python, written from the specs, agrees on every vector', needsPython, () => {
  const { status, output } = check(repositoryPath('specs/vectors'));
  assert.equal(status, 0, output);
  assert.match(output, /^\d{3,} vectors, 0 wrong\n$/);
});

test('it tells when a vector states what is not so', needsPython, (t) => {
  const folder = tempDir(t);
  cpSync(repositoryPath('specs/vectors'), folder, { recursive: true });
  const change = (file: string, from: string | RegExp, to: string) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    assert.notEqual(text.replace(from, to), text, file);
    writeFileSync(path, text.replace(from, to));
  };
  change('receipt/valid/alone.json', /"digest": "../, '"digest": "zz');
  change('canonical/invalid/float.json', '"[0.5]"', '"[5]"');
  change('manifest/invalid/entry-missing.json', 'DOCUMENT_INVALID', 'CANONICAL_INVALID');
  change('profile-llm-exact-1/valid/sum.json', /"y": "../, '"y": "zz');
  change('profile-llm-exact-1/invalid/tensor-absent.json', 'MODEL_TENSOR', 'MODEL_WEIGHTS');
  change('tokenizer/valid/stop-first.json', /"stop": ?"ab"/, '"stop":"bc"');
  change('grammar/invalid/no-root.json', 'GRAMMAR_INVALID', 'GRAMMAR_LIMIT');
  const { status, output } = check(folder);
  assert.equal(status, 1);
  assert.match(output, /receipt\/valid\/alone[\s\S]*profile-llm-exact-1\/valid\/sum[\s\S]*, 7 wrong\n$/);
});
