import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { createLlmExact } from '../../src/index.ts';
import { openOutline } from '../../src/llm/index.ts';
import { bytesInMemory } from '../../src/model-bytes.ts';
import { buildGguf, type Tensor, type Value } from './build-gguf.ts';
import { unreadable } from './hostile-gguf.ts';
import { type OtherModel, otherModels } from './other-models.ts';
import { decoderParts, encoderFile } from './random-model.ts';
import { languageSource, textModelFile, tokenizerMetadata } from './text-model.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);
const runtime = createLlmExact({ kernels: (build) => readFile(wasmPath(build)) });
const filesOf = (bytes: Uint8Array) => ({
  format: 'gguf',
  entry: 'm.gguf',
  paths: new Set(['m.gguf']),
  open: async () => bytesInMemory(bytes),
});

test('a model that llm-exact-1 describes has that profile', async () => {
  const { profile, facts } = await runtime.inspect(filesOf(textModelFile()));
  assert.deepEqual([profile, facts.architecture], ['llm-exact-1', 'llama']);
});

describe('a model that it does not describe', () => {
  const expected: Record<OtherModel, readonly [architecture: string, quantisation: string, error: string]> = {
    gemma: ['gemma', 'Q8_0', 'MODEL_ARCHITECTURE'],
    gpt2: ['gpt2', 'F32', 'MODEL_ARCHITECTURE'],
    iq4: ['llama', 'IQ4_NL', 'MODEL_TENSOR'],
  };
  for (const [name, [architecture, quantisation, error]] of Object.entries(expected)) {
    test(`${name} has the profile of llama.cpp, and is refused under llm-exact-1`, async () => {
      const bytes = otherModels[name as OtherModel]();
      const { profile, facts, memory, tokenizer } = await runtime.inspect(filesOf(bytes));
      assert.equal(profile, 'llama-wasm-1');
      assert.deepEqual(
        [facts.architecture, facts.quantisation, facts.context, facts.vocabulary, facts.name],
        [architecture, quantisation, 128, 304, 'nonsense'],
      );
      assert.ok(facts.parameters > 10_000 && memory > 16 * 2 ** 20 && facts.cachedValues > 0);
      assert.match(tokenizer ?? '', /^[0-9a-f]{64}$/);
      await assert.rejects(runtime.load(languageSource(bytes)), code(error));
    });
  }
});

const other = (extra: Record<string, Value>): Uint8Array =>
  buildGguf(
    {
      'general.architecture': 'other',
      'other.context_length': 8,
      'other.embedding_length': 4,
      'other.block_count': 1,
      ...extra,
    },
    [],
  );

describe('what no profile runs is refused by name', () => {
  const refused = {
    'an encoder that is no bert': [other({ 'other.pooling_type': 1 }), 'MODEL_ARCHITECTURE'],
    'one that sees what follows': [other({ 'other.attention.causal': false }), 'MODEL_ARCHITECTURE'],
    'an encoder before a decoder': [other({ 'other.decoder_start_token_id': 0 }), 'MODEL_ARCHITECTURE'],
    'no context': [other({ 'other.context_length': 0 }), 'MODEL_METADATA'],
    'absurd heads': [other({ 'other.attention.head_count': 0x7fffffff }), 'MODEL_METADATA'],
    'an absurd cache': [
      other({ 'other.block_count': 0x7fffffff, 'other.attention.head_count': 0xfffff }),
      'MODEL_METADATA',
    ],
    'heads in words': [other({ 'other.attention.head_count': { strings: ['a'] } }), 'MODEL_METADATA'],
    'no tokenizer': [other({}), 'TOKENIZER_INVALID'],
    'a tokenizer of another kind': [other({ 'tokenizer.ggml.model': 'rwkv' }), 'TOKENIZER_UNSUPPORTED'],
  } as const;
  for (const [what, [bytes, error]] of Object.entries(refused)) {
    test(what, () => assert.rejects(runtime.inspect(filesOf(bytes)), code(error)));
  }

  for (const [name, [what, error, bytes]] of Object.entries(unreadable)) {
    test(`${name}: ${what}`, () => assert.rejects(openOutline(filesOf(bytes)), code(error)));
  }
});

test('a model that lacks a tensor is refused, and one that has another runs on llama.cpp', async () => {
  const { metadata, tensors } = decoderParts({ architecture: 'llama', type: 'Q8_0', context: 128 });
  const words = tokenizerMetadata(false).metadata;
  const inspect = (changed: readonly Tensor[]) =>
    runtime.inspect(filesOf(buildGguf({ ...metadata, ...words }, changed)));
  await assert.rejects(inspect(tensors.slice(1)), code('MODEL_TENSOR'));
  const more: Tensor = { name: 'blk.0.gate.weight', type: 'F32', sizes: [1], data: new Uint8Array(4) };
  assert.equal((await inspect([...tensors, more])).profile, 'llama-wasm-1');
  assert.equal((await inspect(tensors)).profile, 'llm-exact-1');
});

test('an encoder that llm-exact-1 describes stays its own', async () => {
  const { facts, profile } = await runtime.inspect(
    filesOf(
      encoderFile('Q8_0', 1, {
        'tokenizer.ggml.model': 'bert',
        'tokenizer.ggml.tokens': { strings: Array.from({ length: 48 }, (_, i) => `w${i}`) },
        'tokenizer.ggml.cls_token_id': 1,
        'tokenizer.ggml.seperator_token_id': 2,
        'tokenizer.ggml.unknown_token_id': 0,
      }),
    ),
  );
  assert.deepEqual([facts.task, profile], ['text-embedding', 'llm-exact-1']);
});

test('a file that is changed anywhere is read or refused by a code', () => {
  const whole = otherModels.gpt2();
  return forAll(
    [fc.nat(6_000), fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.nat(whole.length)],
    async (at, change, length) => {
      const changed = whole.slice(0, Math.max(length, at + change.length));
      changed.set(change, at);
      await openOutline(filesOf(changed)).catch((error: unknown) => assert.ok(isCoded(error)));
    },
  );
});
