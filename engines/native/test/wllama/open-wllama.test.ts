import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { exactError, type ModelSource } from '@isobit/exact';
import { createLanguageRuntime, wllamaLaw } from '@isobit/exact/llm';
import { languageSource, textModelFile, textRequest } from '@isobit/exact/testing';
import { need } from '@isobit/testing';

/** Imported when a test runs: without the native engines even finding them fails. */
const create = async () =>
  createLanguageRuntime({ law: wllamaLaw((await import('../../src/wllama/open-wllama.ts')).openWllama) });
const code = (expected: string) => (error: unknown) => isCoded(error, expected);

/** Of some megabytes, so that it comes in pieces. */
const bytes = textModelFile({ withBytes: true, layers: 60, type: 'F32' });

/** @param onRead told of each piece before it is given */
const inPieces = (onRead: (start: number) => void): ModelSource => ({
  ...languageSource(bytes),
  open: async () => ({
    size: bytes.length,
    async read(start, end) {
      onRead(start);
      return bytes.subarray(start, end);
    },
    [Symbol.asyncDispose]: async () => {},
  }),
});

test('a file comes in pieces of a mebibyte, from its beginning', need('native'), async () => {
  const starts: number[] = [];
  await using runtime = await create();
  const source = inPieces((start) => starts.push(start));
  await using model = await runtime.load(source);
  await model.execute(textRequest(source, { maxTokens: 2 }));
  const pieces = Math.ceil(bytes.length / 2 ** 20);
  assert.ok(pieces > 2);
  assert.deepEqual(
    starts.slice(-pieces),
    Array.from({ length: pieces }, (_, i) => i * 2 ** 20),
  );
});

test('a piece that is not the model’s, and a caller that leaves, end the load', need('native'), async () => {
  await using runtime = await create();
  const wrong = inPieces((start) => {
    if (start > 0) throw exactError('MODEL_BYTES', 'block 1 is not the one that the manifest names');
  });
  await assert.rejects(runtime.load(wrong), code('MODEL_BYTES'));
  const stop = new AbortController();
  const left = inPieces((start) => {
    if (start > 0) stop.abort();
  });
  await assert.rejects(runtime.load(left, { signal: stop.signal }), code('RUN_ABORTED'));
  await (await runtime.load(languageSource(bytes)))[Symbol.asyncDispose]();
});

test('a load that fails beside another leaves that one alone', need('native'), async () => {
  await using runtime = await create();
  const good = languageSource(bytes);
  const lacking = textModelFile({ withBytes: true });
  lacking.set(new TextEncoder().encode('blk.9'), Buffer.from(lacking).indexOf('blk.0.ffn_up'));
  const loads = await Promise.allSettled(
    [good, languageSource(lacking), good].map((each) => runtime.load(each)),
  );
  assert.deepEqual(
    loads.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  for (const load of loads)
    if (load.status === 'fulfilled') await load.value.execute(textRequest(good, { maxTokens: 2 }));
    else assert.ok(isCoded(load.reason, 'MODEL_REFUSED'));
});

test('a context is cut at 4,096 positions', need('native'), async () => {
  await using runtime = await create();
  const source = languageSource(textModelFile({ withBytes: true, context: 8_192 }));
  await using model = await runtime.load(source);
  const request = textRequest(source, { prompt: { tokens: new Array(4_097).fill(270) } });
  await assert.rejects(model.execute(request), code('CONTEXT_FULL'));
});
