import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { ofKind } from '@isobit/receipt';
import { need, repositoryPath } from '@isobit/testing';
import { createLlamaInWorker, exactError, type ModelSource } from '../../../src/index.ts';
import { otherModels } from '../other-models.ts';
import { languageSource, textRequest, tokenizerMetadata } from '../text-model.ts';
import { type FakeHost, fakeHost } from './fake-host.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);

const installed = (path: string): Promise<Uint8Array> =>
  readFile(repositoryPath(`engines/native/node_modules/@wllama/wllama/esm/${path}`));

const { vocabulary } = tokenizerMetadata(true);
const source = languageSource(otherModels.gpt2());

test('another binary and another script are refused', () => {
  const nothing = new Uint8Array();
  assert.throws(() => createLlamaInWorker({ wasm: nothing, script: nothing }), code('ENGINE_DIGEST'));
});

describe('wllama in a worker', need('native'), () => {
  /** A runtime whose hosts answer like llama.cpp with a model that always says token 40, but where `differs`. */
  async function runtimeOf(differs: Readonly<Record<string, () => unknown>> = {}) {
    const hosts: FakeHost[] = [];
    let evaluated = 0;
    const results: Readonly<Record<string, () => unknown>> = {
      getLoadedContextInfo: () => ({ n_vocab: vocabulary }),
      getLogits: () => {
        const tokens = Int32Array.from({ length: vocabulary }, (_, token) => token);
        return [tokens, Float32Array.from(tokens, (token) => (token === 40 ? 1 : 0))];
      },
      ...differs,
    };
    const runtime = createLlamaInWorker({
      wasm: await installed('single-thread/wllama.wasm'),
      script: await installed('index.cjs'),
      onEvaluated: () => evaluated++,
      startWorker() {
        const host = fakeHost(({ method }) => results[method]?.());
        hosts.push(host);
        return host;
      },
    });
    return { runtime, hosts, evaluated: () => evaluated };
  }

  test('another script is refused though the binary is right', async () => {
    const wasm = await installed('single-thread/wllama.wasm');
    assert.throws(
      () => createLlamaInWorker({ wasm, script: wasm }),
      (error) => isCoded(error, 'ENGINE_DIGEST') && /script/.test(error.message),
    );
  });

  test('gets the binary first, then the whole model as the profile sets it up, and is told of progress', async () => {
    const { runtime, hosts, evaluated } = await runtimeOf();
    await using model = await runtime.load(source);
    const [host] = hosts as [FakeHost];
    const [binary, load] = host.asked as [Uint8Array, { method: string; given: [[Blob], object] }];
    assert.deepEqual(binary, await installed('single-thread/wllama.wasm'));
    const [[file], settings] = load.given;
    assert.deepEqual(new Uint8Array(await file.arrayBuffer()), otherModels.gpt2());
    assert.deepEqual(settings, { n_ctx: 128, n_threads: 1, n_batch: 64, flash_attn: false });

    const prompt = { tokens: new Array(70).fill(39) };
    const { response } = await model.execute(textRequest(source, { prompt, maxTokens: 3 }));
    assert.deepEqual(ofKind(response, 'text').choices[0]?.tokens, [40, 40, 40]);
    assert.equal(evaluated(), 4, 'two batches of the prompt, and two tokens');
    await model[Symbol.asyncDispose]();
    assert.ok(host.isTerminated());
  });

  test('a model that llama.cpp refuses ends its worker', async () => {
    const refuse = (): never => {
      throw new Error('unknown tensor');
    };
    const { runtime, hosts } = await runtimeOf({ loadModel: refuse });
    await assert.rejects(
      runtime.load(source),
      (error) => isCoded(error, 'MODEL_REFUSED') && /unknown tensor/.test(error.message),
    );
    assert.ok(hosts[0]?.isTerminated());
  });

  test('bytes that are not the model’s start nothing', async () => {
    const { runtime, hosts } = await runtimeOf();
    const bytes = otherModels.gpt2();
    let asked = 0;
    const wrong: ModelSource = {
      ...source,
      open: async () => ({
        size: bytes.length,
        async read(start, end) {
          // The header is read before the file is.
          if (start === 0 && ++asked > 1) throw exactError('MODEL_BYTES', 'not the manifest’s');
          return bytes.subarray(start, end);
        },
        [Symbol.asyncDispose]: async () => {},
      }),
    };
    await assert.rejects(runtime.load(wrong), code('MODEL_BYTES'));
    assert.deepEqual(hosts, []);
  });

  test('an engine that fails in a run is a coded error', async () => {
    const fail = (): never => {
      throw new Error('memory access out of bounds');
    };
    const { runtime } = await runtimeOf({ decode: fail });
    await using model = await runtime.load(source);
    await assert.rejects(model.execute(textRequest(source, { maxTokens: 2 })), code('ENGINE_CRASHED'));
  });
});
