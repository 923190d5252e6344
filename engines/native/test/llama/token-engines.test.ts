import assert from 'node:assert/strict';
import { openAsBlob } from 'node:fs';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { createWllamaEngine, type TokenEngine, type TokenRequest, type TokenStep } from '@isobit/exact/llm';
import { need, sharedPath } from '@isobit/testing';

/* Both engines on the same small file, whose greedy tokens are known. */

const path = () => sharedPath('models/stories260k/stories260K-f32.gguf');
/** Imported when a test runs: without the native engines even finding them fails. */
const llama = async (file = path()): Promise<TokenEngine> =>
  (await import('../../src/llama/create-llama-engine.ts')).createLlamaEngine({
    path: file,
    context: 256,
    sequences: 2,
  });
const wllama = async (file = path()): Promise<TokenEngine> =>
  createWllamaEngine({
    open: (await import('../../src/wllama/open-wllama.ts')).openWllama,
    files: [await openAsBlob(file)],
    context: 256,
  });

const code = (expected: string) => (error: unknown) => isCoded(error, expected);
const greedy = { seed: 0n, temperature: 0 };
const request: TokenRequest = { prompt: [1], parameters: greedy, most: 12 };
const KNOWN = [403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421];

async function tokens(steps: AsyncIterable<TokenStep>): Promise<number[]> {
  const found: number[] = [];
  for await (const { token } of steps) found.push(token);
  return found;
}

for (const [name, create] of [
  ['llama.cpp, native', llama],
  ['llama.cpp in WebAssembly', wllama],
] as const) {
  describe(name, need('native', 'shared'), () => {
    test('greedy tokens are the known ones, with and without what needs logits', async () => {
      await using engine = await create();
      assert.deepEqual([engine.vocabulary, engine.context], [512, 256]);
      assert.deepEqual(await tokens(engine.generate(request)), KNOWN);
      const traced = { ...request, alternatives: 1, trace: { salt: new Uint8Array(32) } };
      assert.deepEqual(await tokens(engine.generate(traced)), KNOWN);
    });

    test('answers that are asked for together are those asked for alone', async () => {
      await using engine = await create();
      const other = { ...request, prompt: [1, 403, 407] };
      const found = await Promise.all([request, other, request].map((each) => tokens(engine.generate(each))));
      assert.deepEqual(found[0], KNOWN);
      assert.deepEqual(found[1]?.slice(0, 10), KNOWN.slice(2));
      assert.deepEqual(found[2], KNOWN);
    });

    test('a check agrees with the answer, and names the first token that differs', async () => {
      await using engine = await create();
      assert.equal((await engine.check(request, KNOWN)).difference, undefined);
      const { steps, difference } = await engine.check(request, KNOWN.with(5, 7));
      assert.equal(steps.length, 5);
      assert.deepEqual([difference?.index, difference?.claimed, difference?.computed], [5, 7, 383]);
      assert.equal((await engine.check(request, KNOWN.slice(0, 4))).difference?.index, 4);
      assert.equal((await engine.check(request, [...KNOWN, 1])).difference?.index, 12);
    });

    test('a constraint bounds each token; an end and a stop end the answer', async () => {
      await using engine = await create();
      const allowed = () => new Uint32Array(16).fill(0x55555555);
      const even = await tokens(
        engine.generate({ ...request, constraint: { allowed, accept: () => undefined } }),
      );
      assert.ok(even.every((token) => token % 2 === 0));
      assert.deepEqual(
        await tokens(engine.generate({ ...request, ends: new Set([378]) })),
        KNOWN.slice(0, 4),
      );
      let told = 0;
      const stop = { accept: () => ++told === 2 };
      assert.deepEqual(await tokens(engine.generate({ ...request, stop })), KNOWN.slice(0, 2));
    });

    test('what no model can answer is refused by name; an abort ends the work', async () => {
      await using engine = await create();
      const refused: readonly [Partial<TokenRequest>, string][] = [
        [{ prompt: [] }, 'PROMPT_EMPTY'],
        [{ prompt: [512] }, 'TOKEN_UNKNOWN'],
        [{ prompt: new Array(257).fill(1) }, 'CONTEXT_FULL'],
        [{ parameters: { seed: -1n } }, 'SAMPLING_INVALID'],
      ];
      for (const [change, error] of refused)
        await assert.rejects(tokens(engine.generate({ ...request, ...change })), code(error));
      const signal = AbortSignal.abort();
      await assert.rejects(tokens(engine.generate(request, { signal })), code('RUN_ABORTED'));
      assert.deepEqual(await tokens(engine.generate(request)), KNOWN);
    });

    test('a bias counts, that of a token which ends answers too', async () => {
      await using engine = await create();
      const first = async (...biases: (readonly [number, number])[]) => {
        const parameters = { ...greedy, logitBias: new Map(biases) };
        return (await tokens(engine.generate({ ...request, parameters, most: 1 })))[0];
      };
      assert.notEqual(await first([KNOWN[0] as number, -100]), KNOWN[0]);
      assert.equal(await first([2, 100]), 2);
      assert.equal(await first([2, 100], [2, -100]), KNOWN[0]);
    });

    test('a caller that leaves is noticed within a long prompt', async () => {
      await using engine = await create();
      const stop = new AbortController();
      const long = { ...request, prompt: new Array(250).fill(403) };
      const running = tokens(engine.generate(long, { signal: stop.signal }));
      // It has begun, and has more than one piece to go.
      setImmediate(() => stop.abort());
      await assert.rejects(running, code('RUN_ABORTED'));
      assert.deepEqual(await tokens(engine.generate(request)), KNOWN);
    });

    test('a file that is no model is refused', async () => {
      await assert.rejects(create(sharedPath('models/stories260k/tok512.bin')), code('MODEL_REFUSED'));
    });
  });
}

describe('llama-wasm-1', need('native', 'shared'), () => {
  test('gives the same bits again: digests of the logits of each step', async () => {
    const traced = { ...request, trace: { salt: new Uint8Array(32) } };
    const digests = async () => {
      await using engine = await wllama();
      const found: string[] = [];
      for await (const { logits } of engine.generate(traced))
        found.push(Buffer.from(logits as Uint8Array).toString('hex'));
      return found;
    };
    const first = await digests();
    assert.equal(first.length, 12);
    assert.deepEqual(await digests(), first);
  });
});
