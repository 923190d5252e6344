import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHubRef, parseHubRef } from '../../src/hub/index.ts';

test('a repository, with a quantisation, a revision, or both', () => {
  const cases: [string, object][] = [
    ['hf.co/org/repo', { repo: 'org/repo' }],
    ['https://huggingface.co/Org/Repo-1.5_x', { repo: 'Org/Repo-1.5_x' }],
    ['huggingface.co/org/repo:Q4_K_M', { repo: 'org/repo', quant: 'Q4_K_M' }],
    ['hf.co/org/repo:sub/model-q8_0.gguf', { repo: 'org/repo', quant: 'sub/model-q8_0.gguf' }],
    ['hf.co/org/repo@v1.0', { repo: 'org/repo', revision: 'v1.0' }],
    ['hf.co/org/repo:q8_0@refs/pr/1', { repo: 'org/repo', quant: 'q8_0', revision: 'refs/pr/1' }],
  ];
  for (const [text, ref] of cases) {
    assert.ok(isHubRef(text));
    assert.deepEqual(parseHubRef(text), ref);
  }
});

test('what is no reference to a hub', () => {
  for (const text of ['digits', 'alice/digits:2', './hf.co/a/b', 'http://hf.co/a/b', 'hf.com/a/b'])
    assert.ok(!isHubRef(text), text);
});

test('a reference that names no repository, or would leave a folder, is refused', () => {
  for (const text of [
    'hf.co/',
    'hf.co/repo',
    'hf.co/org/repo/tree/main',
    'hf.co/org/..',
    'hf.co/../repo',
    'hf.co/a--b/repo',
    'hf.co/org/repo:',
    'hf.co/org/repo@',
    'hf.co/org/repo:../x',
    'hf.co/org/repo@../x',
    'hf.co/org/repo@/x',
    'hf.co/org/repo?x=1',
    'hf.co/org/re po',
  ])
    assert.throws(() => parseHubRef(text), { code: 'HUB_REF_INVALID' }, text);
});
