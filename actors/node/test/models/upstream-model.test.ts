import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRef } from '@isobit/model';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { upstreamName } from '../../src/models/upstream-model.ts';

test("a server's name becomes one that clients can write", () => {
  for (const [model, expected] of [
    ['llama3.2:3b', { name: 'llama3.2', version: '3b' }],
    ['qwen2.5-coder:7b-instruct-Q4_K_M', { name: 'qwen2.5-coder', version: '7b-instruct-q4_k_m' }],
    ['meta-llama/Llama-3.1-8B', { name: 'meta-llama-llama-3.1-8b' }],
    ['hf.co/ORG/REPO:Q8_0', { name: 'hf.co-org-repo', version: 'q8_0' }],
    ['http://a/b', { name: 'http-a-b' }],
    ['/models/a.gguf', { name: 'models-a.gguf' }],
    ['x:', { name: 'x' }],
    [':x', { name: 'x' }],
    ['模型', { name: 'model' }],
    ['a'.repeat(100), { name: 'a'.repeat(64) }],
  ] as const)
    assert.deepEqual(upstreamName(model), expected, model);
});

test('whatever a server calls its model, the name is one', () =>
  forAll([fc.string({ unit: 'binary', minLength: 1 })], (model) => {
    const { name, version } = upstreamName(model);
    assert.deepEqual(parseRef(version === undefined ? name : `${name}:${version}`).kind, 'name');
  }));
