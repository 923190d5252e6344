import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { createTokenEngine } from '../../../src/llm/engine/create-token-engine.ts';
import { openModelFiles } from '../../../src/llm/model-files.ts';
import {
  createReferenceEngine,
  readGguf,
  readGgufFiles,
  type TokenEngine,
  type TokenStep,
} from '../../../src/llm/reference/index.ts';
import { bytesInMemory } from '../../../src/model-bytes.ts';
import { buildGguf } from '../build-gguf.ts';
import { kernels } from '../engine/open.ts';
import { hostileParts, soundParts } from '../hostile-parts.ts';
import { decoderFile } from '../random-model.ts';
import { filesOf } from '../safetensors/build-safetensors.ts';
import { splitGguf } from '../split-gguf.ts';

const file = decoderFile({ architecture: 'llama', type: 'Q8_0', layers: 2 });
const whole = readGguf(file);

const entryOf = (parts: Readonly<Record<string, Uint8Array>>): string => Object.keys(parts)[0] as string;
const asModel = (parts: Readonly<Record<string, Uint8Array>>) => ({
  ...filesOf(parts, entryOf(parts)),
  format: 'gguf',
  open: async (path: string) => bytesInMemory(parts[path] as Uint8Array),
});

/** Each token with the digest of its logits: equal only where every logit is. */
async function steps(engine: TokenEngine): Promise<TokenStep[]> {
  await using own = engine;
  const parameters = { seed: 7n, temperature: 0.8 };
  const trace = { salt: new Uint8Array(32) };
  return await Array.fromAsync(own.generate({ prompt: [1, 5, 47, 0], parameters, most: 6, trace }));
}

test('a model has the same tensors and the same bits wherever it was cut', async () => {
  const expected = await steps(createReferenceEngine(whole));
  const cuts = fc.array(fc.nat(whole.tensors.size), { minLength: 1, maxLength: 5 });
  await forAll(
    [cuts],
    async (counts) => {
      const parts = splitGguf(file, counts);
      assert.equal(Object.keys(parts).length, counts.length + 1);
      const read = await readGgufFiles(filesOf(parts, entryOf(parts)));
      assert.deepEqual([...read.tensors.keys()].sort(), [...whole.tensors.keys()].sort());
      for (const name of whole.tensors.keys()) assert.deepEqual(read.bytes(name), whole.bytes(name), name);
      for (const [key, value] of whole.metadata) assert.deepEqual(read.metadata.get(key), value);
      await using model = await openModelFiles(asModel(parts));
      assert.deepEqual(await steps(await createTokenEngine({ model, kernels })), expected);
    },
    20,
  );
});

test('weights are read in the order in which they lie, part by part', async () => {
  const parts = splitGguf(file, [0, 4, 7]);
  const seen: string[] = [];
  const files = asModel(parts);
  await using model = await openModelFiles({
    ...files,
    async open(path) {
      const bytes = await files.open(path);
      return {
        ...bytes,
        read(start, end) {
          seen.push(path);
          return bytes.read(start, end);
        },
      };
    },
  });
  seen.length = 0;
  await (await createTokenEngine({ model, kernels }))[Symbol.asyncDispose]();
  assert.deepEqual([...new Set(seen)], Object.keys(parts).slice(1));
  assert.deepEqual(seen, seen.toSorted());
});

test('one file that states no others is the whole model, whatever it says besides', async () => {
  for (const count of [0, 1]) {
    const bytes = buildGguf({ 'split.count': count, 'split.no': 4, 'split.tensors.count': 9 }, []);
    const { metadata } = await readGgufFiles(filesOf({ 'm.gguf': bytes }, 'm.gguf'));
    assert.equal(metadata.size, 3);
  }
});

describe('refused', () => {
  test('not: parts that repeat what the first says, with an alignment of their own', async () => {
    const { tensors } = await readGgufFiles(filesOf(soundParts, entryOf(soundParts)));
    assert.deepEqual([...tensors.keys()], ['one', 'two']);
  });
  for (const [name, { what, code, message, files, entry }] of Object.entries(hostileParts))
    test(`${name}: ${what}`, async () => {
      await assert.rejects(
        readGgufFiles(filesOf(files, entry)),
        (error) => isCoded(error, code) && message.test(error.message),
      );
    });
});
