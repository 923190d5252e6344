import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256, toHex } from '@isobit/core';
import { fast, onnxExact, type Profile } from '@isobit/receipt';
import { fetchEngine, fetchEngineFile, type NodeApi } from '../src/index.ts';
import { code } from './fake-node.ts';

const engine = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]);
const profile: Profile = { ...onnxExact, rules: { ...onnxExact.rules, wasm: toHex(sha256(engine)) } };
const serving = (name: string, bytes: Uint8Array): Pick<NodeApi, 'request' | 'baseUrl'> => ({
  baseUrl: name,
  request: async () => new Response(bytes as BodyInit),
});

test('the engine is taken from whoever serves its bytes', async () => {
  const sources = [serving('other', Uint8Array.of(1, 2)), serving('right', engine)];
  assert.deepEqual(await fetchEngine(profile, sources), engine);
});

test('other bytes are refused, and each source is named', async () => {
  const failing = {
    baseUrl: 'down',
    request: () => Promise.reject(Object.assign(new Error('x'), { code: 'y' })),
  };
  await assert.rejects(fetchEngine(profile, [failing]), /x/, 'what has no code is a fault, not an answer');
  await assert.rejects(fetchEngine(profile, [serving('liar', Uint8Array.of(1))]), (error: Error) => {
    assert.match(error.message, /liar: served other bytes/);
    return code('BYTES_UNAVAILABLE')(error);
  });
});

test('a file that comes with an engine is taken by its digest alone', async () => {
  const digest = toHex(sha256(Uint8Array.of(7)));
  const sources = [serving('liar', engine), serving('right', Uint8Array.of(7))];
  assert.deepEqual(await fetchEngineFile(digest, sources), Uint8Array.of(7));
  await assert.rejects(fetchEngineFile(digest, [serving('liar', engine)]), code('BYTES_UNAVAILABLE'));
});

test('a profile without an engine that travels, and no sources', async () => {
  await assert.rejects(fetchEngine(fast, [serving('a', engine)]), /no engine that travels/);
  await assert.rejects(fetchEngine(profile, []), /no sources were given/);
});
