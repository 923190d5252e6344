import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTokenEncoder } from '../../../src/llm/engine/create-token-encoder.ts';
import { createTokenEngine } from '../../../src/llm/engine/create-token-engine.ts';
import {
  type ContainerFiles,
  createReferenceEncoder,
  createReferenceEngine,
  readSafetensors,
  streamSafetensors,
  type TokenEngine,
  type TokenStep,
} from '../../../src/llm/reference/index.ts';
import { kernels } from '../engine/open.ts';
import type { ModelOptions } from '../random-model.ts';
import { decoderFiles, decoderTensors, encoderFiles, inShards } from './as-safetensors.ts';
import { filesOf } from './build-safetensors.ts';

const PROMPT = [1, 5, 47, 0, 5, 33, 2, 9];
const request = {
  prompt: PROMPT,
  parameters: { seed: 7n, temperature: 0.8 },
  most: 8,
  trace: { salt: new Uint8Array(32) },
};

/** Each token with the digest of its logits: equal only where every logit is. */
async function steps(engine: TokenEngine): Promise<TokenStep[]> {
  await using own = engine;
  return await Array.fromAsync(own.generate(request));
}

/** Files that count how many of them are open. */
function counted(files: ContainerFiles): { files: ContainerFiles; open: () => number } {
  let open = 0;
  return {
    open: () => open,
    files: {
      ...files,
      async open(path) {
        const file = await files.open(path);
        open++;
        return {
          size: file.size,
          read: file.read,
          async [Symbol.asyncDispose]() {
            open--;
          },
        };
      },
    },
  };
}

const llama3 = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 1024,
};

describe('the kernels, fed piece by piece, give the bits of the reference', () => {
  const llama: ModelOptions = { architecture: 'llama', type: 'BF16', layers: 2 };
  const qwen2: ModelOptions = { architecture: 'qwen2', type: 'F32', layers: 2, tied: true };
  const models: Record<string, Record<string, Uint8Array>> = {
    'llama, BF16, scaled as Llama 3': decoderFiles(llama, { config: { rope_scaling: llama3 } }),
    'mistral, F16, a window of three': decoderFiles(
      { ...llama, type: 'F16' },
      { modelType: 'mistral', config: { sliding_window: 3 } },
    ),
    'qwen2, F32, in three files': inShards(decoderFiles(qwen2), decoderTensors(qwen2), 3),
    'qwen3, F16': decoderFiles({ architecture: 'qwen3', type: 'F16' }),
  };
  for (const [name, files] of Object.entries(models))
    test(name, async () => {
      const { files: watched, open } = counted(filesOf(files));
      const fast = await streamSafetensors(watched);
      assert.equal(open(), 0);
      const found = await steps(await createTokenEngine({ model: fast, kernels }));
      assert.ok(open() > 0);
      await fast[Symbol.asyncDispose]();
      assert.equal(open(), 0);
      assert.deepEqual(found, await steps(createReferenceEngine(await readSafetensors(filesOf(files)))));
    });

  test('bert, BF16', async () => {
    const files = filesOf(encoderFiles('BF16'));
    await using model = await streamSafetensors(files);
    await using fast = await createTokenEncoder({ model, kernels });
    await using slow = createReferenceEncoder(await readSafetensors(files));
    assert.deepEqual(await fast.embed(PROMPT), await slow.embed(PROMPT));
  });
});

test('a file that cannot be opened is told of, and the others are closed', async () => {
  const options: ModelOptions = { architecture: 'qwen2', type: 'F16' };
  const { files, open } = counted(filesOf(inShards(decoderFiles(options), decoderTensors(options), 2)));
  let refuse = false;
  const model = await streamSafetensors({
    ...files,
    async open(path) {
      if (refuse && path.startsWith('model-00002')) throw new RangeError('gone');
      return files.open(path);
    },
  });
  refuse = true;
  const [first = '', second = ''] = ['model-00001', 'model-00002'].map(
    (file) =>
      [...model.tensors.values()].find(({ place }) => 'path' in place && place.path.startsWith(file))?.name,
  );
  assert.equal((await model.read(first, 2, 6)).length, 4);
  await assert.rejects(model.read(second, 0, 4), /gone/);
  await model[Symbol.asyncDispose]();
  assert.equal(open(), 0);
});
