import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Canonical, isCoded } from '@isobit/core';
import {
  fast,
  llamaWasm,
  llmExact,
  onnxExact,
  profileByDigest,
  profileByName,
  profileDigest,
  profileKind,
  statedProfiles,
  usualProfileOf,
} from '@isobit/receipt';

test('known profiles are found by name and by digest', () => {
  for (const profile of [onnxExact, llmExact, llamaWasm, fast]) {
    assert.equal(profileByName(profile.name), profile);
    assert.equal(profileByDigest(profileDigest(profile)), profile);
    assert.deepEqual(profileKind.decode(profileKind.encode(profile)), profile);
  }
});

test('the published digests stay what they are', () => {
  assert.equal(profileDigest(onnxExact), 'cbbf43418768dc289385a4d3f7a9da7d7aa6587524c4283f120c340b292ae553');
  assert.equal(profileDigest(llmExact), '497cc245abd28c8fbee0952993b93b8e16de3260d7471ba9e40f7cefa3e7fd04');
  assert.equal(profileDigest(llamaWasm), 'a3c4f72fc18f72b0eb059a25fccec8f351cd6218c52509b81342860774d319c8');
  assert.equal(profileDigest(fast), 'e5744b560e6d62320fa835538e5cf016f24627082b9eee9b42cb24c4843f6629');
});

test('a model has the exact profile of its format, or the first known one that its card states', () => {
  const of = (format: 'onnx' | 'gguf' | 'safetensors', card?: Canonical) =>
    usualProfileOf({ format, ...(card === undefined ? {} : { card }) });
  assert.equal(of('onnx'), onnxExact);
  assert.equal(of('gguf'), llmExact);
  assert.equal(of('safetensors'), llmExact);
  assert.equal(of('gguf', { profiles: ['llama-wasm-1'] }), llamaWasm);
  assert.equal(of('gguf', { profiles: ['llama-wasm-1', 'llm-exact-1', 7] }), llmExact);
  for (const profiles of [[], ['fast'], ['tall', 'wide'], 'llama-wasm-1', null, { 0: 'llama-wasm-1' }])
    assert.equal(of('gguf', { profiles }), llmExact);
  for (const card of [['llama-wasm-1'], 'llama-wasm-1', null, 7]) assert.equal(of('gguf', card), llmExact);
  assert.deepEqual(statedProfiles({ card: { profiles: ['llama-wasm-1', 'mine'] } }), ['llama-wasm-1']);
  assert.equal(statedProfiles({}), undefined);
});

test('an unknown name is an error, an unknown digest is not', () => {
  for (const name of ['exact', '', '__proto__', `\u001b${'x'.repeat(9_999)}`]) {
    assert.throws(
      () => profileByName(name),
      (error) => isCoded(error, 'PROFILE_UNKNOWN') && error.message.length < 250,
    );
  }
  assert.equal(profileByDigest('0'.repeat(64)), undefined);
});

test('a rule is a text, a count or a boolean', () => {
  assert.ok(profileKind.parse({ ...fast, rules: { a: 'x', b: 0, c: true } }));
  for (const rules of [['x'], null, { a: null }, { a: -1 }, { a: 0.5 }, { a: {} }, 'x']) {
    assert.throws(
      () => profileKind.parse({ ...fast, rules }),
      (error) => isCoded(error, 'DOCUMENT_INVALID'),
    );
  }
});
