import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { digests } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { entryFile, joinLeaves } from '@isobit/model';
import { ofKind, type TextPiece, type TextResponse } from '@isobit/receipt';
import { tempDir, waitFor } from '@isobit/testing';
import { createLlmExact } from '../../src/index.ts';
import { createLanguageProcess, type LanguageProcessOptions } from '../../src/process/index.ts';
import type { ModelSource } from '../../src/runtime.ts';
import { partsSource, splitGguf } from '../llm/split-gguf.ts';
import { languageSource, textModelFile, textRequest } from '../llm/text-model.ts';
import { leavesOf } from '../source.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);
const create = (options: Partial<LanguageProcessOptions> = {}) =>
  createLanguageProcess({ readRoots: [], memoryMiB: 512, ...options });

const bytes = textModelFile();
const source = languageSource(bytes);
/** Two whose caches alone take some 26 MiB each. */
const deep = [1, 2].map((seed) => languageSource(textModelFile({ seed, layers: 100, context: 4_096 })));
/** One that keeps the engine busy for longer than any test. */
const long = textRequest(languageSource(bytes), { maxTokens: 120, sampling: { temperature: '100' } });

describe('a language model in an engine process', () => {
  test('answers as in this process, tells of each token, and checks', async () => {
    await using here = createLlmExact({ kernels: (build) => readFile(wasmPath(build)) });
    await using there = create();
    await using model = await there.load(source);
    await using same = await here.load(source);
    const request = textRequest(source, { choices: 3, logProbabilities: 2 });
    const pieces: TextPiece[] = [];
    const far = await model.execute(request, { trace: true, onPiece: (piece) => pieces.push(piece) });
    const near = await same.execute(request, { trace: true });
    assert.deepEqual(far, near);
    const response = ofKind(far.response, 'text');
    for (const [choice, { tokens, text }] of response.choices.entries()) {
      const own = pieces.filter((piece) => piece.choice === choice);
      assert.deepEqual(
        own.flatMap((piece) => piece.tokens),
        tokens,
      );
      assert.equal(own.map((piece) => piece.text).join(''), text);
    }
    assert.deepEqual(await model.check?.(request, response, { trace: true }), {
      response,
      trace: near.trace,
    });
    const lied: TextResponse = structuredClone(response);
    (lied.choices[2]?.tokens as number[])[4] = 40;
    const found = await model.check?.(request, lied);
    assert.ok(found && 'difference' in found);
    assert.deepEqual([found.difference.choice, found.difference.index], [2, 4]);
    assert.deepEqual(found, await same.check?.(request, lied));
  });

  test('says which build runs a model', async () => {
    for (const [threads, digest] of [
      [1, digests.single],
      [2, digests.shared],
    ] as const) {
      await using runtime = create({ threads });
      await using model = await runtime.load(source);
      assert.equal(model.engine?.digest, digest);
    }
  });

  test('runs go on side by side: none waits for another to end', async () => {
    await using runtime = create();
    await using model = await runtime.load(source);
    const stop = new AbortController();
    let told = 0;
    const first = model.execute(long, { signal: stop.signal, onPiece: () => void told++ });
    first.catch(() => undefined);
    await waitFor(() => told > 0, { what: 'the long run to be under way' });
    const before = told;
    await model.execute(textRequest(source, { maxTokens: 4 }));
    assert.ok(told > before, 'the first went on meanwhile');
    stop.abort();
    await assert.rejects(first, code('RUN_ABORTED'));
  });

  test('a caller that leaves ends its own run and costs neither the process nor the others', async () => {
    await using runtime = create({ maxRunning: 2 });
    await using model = await runtime.load(source);
    const request = textRequest(source);
    const { response } = await model.execute(request);
    const [pid] = runtime.state.pids;
    const stop = new AbortController();
    const left = model.execute(long, { signal: stop.signal, onPiece: () => stop.abort() });
    const stays = model.execute(request);
    await assert.rejects(left, code('RUN_ABORTED'));
    assert.deepEqual((await stays).response, response);
    await waitFor(() => runtime.state.running === 0, { what: 'the run that was left to end' });
    assert.deepEqual(runtime.state.pids, [pid]);
  });

  test('beyond what runs at once others wait, and beyond that they are told when to come back', async () => {
    await using runtime = create({ maxRunning: 1, maxQueued: 1 });
    await using model = await runtime.load(source);
    const runs = await Promise.allSettled(
      [1, 2, 3].map((maxTokens) => model.execute(textRequest(source, { maxTokens }))),
    );
    assert.deepEqual(
      runs.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected'],
    );
    const [refused] = runs.flatMap((run) => (run.status === 'rejected' ? [run.reason as unknown] : []));
    assert.ok(isCoded(refused, 'QUEUE_FULL') && Number(refused.details['retryAfterMs']) >= 50);
  });

  test('a process that is killed fails what it works on and is replaced', async () => {
    await using runtime = create();
    await using model = await runtime.load(source);
    let told = 0;
    const lost = model.execute(long, { onPiece: () => void told++ });
    lost.catch(() => undefined);
    await waitFor(() => told > 0, { what: 'the run to be under way' });
    const [pid] = runtime.state.pids;
    process.kill(pid as number, 'SIGKILL');
    await assert.rejects(lost, code('ENGINE_CRASHED'));
    await model.execute(textRequest(source));
    assert.notEqual(runtime.state.pids[0], pid);
  });

  test('requests that come together after a process has ended share the next one', async () => {
    await using runtime = create();
    await using model = await runtime.load(source);
    process.kill(runtime.state.pids[0] as number, 'SIGKILL');
    await waitFor(() => runtime.state.pids.length === 0, { what: 'the process to be gone' });
    const request = textRequest(source, { maxTokens: 4 });
    const [one, other] = await Promise.all([model.execute(request), model.execute(request)]);
    assert.deepEqual(one, other);
  });

  test('one that is stopped is found out by its silence', async () => {
    await using runtime = create({ stallTimeoutMs: 2_500 });
    await using model = await runtime.load(source);
    await model.execute(textRequest(source));
    const [pid] = runtime.state.pids;
    process.kill(pid as number, 'SIGSTOP');
    await assert.rejects(model.execute(textRequest(source)), code('RUN_TIMEOUT'));
    await model.execute(textRequest(source));
  });

  test('a model that does not fit is refused before it is read, with what it needs and what there is', async () => {
    await using runtime = create({ memoryMiB: 64 });
    const large = languageSource(textModelFile({ layers: 200, context: 4_096 }));
    const error = await runtime.load(large).catch((thrown: unknown) => thrown);
    assert.ok(isCoded(error, 'MODEL_MEMORY'));
    const { needed, available } = error.details as Record<string, number>;
    assert.equal(available, 64 * 2 ** 20);
    assert.ok((needed as number) > (available as number));
  });

  test('where two do not fit, the one that nobody uses goes', async () => {
    await using runtime = create({ memoryMiB: 64 });
    const [a, b] = deep as [ModelSource, ModelSource];
    await using one = await runtime.load(a);
    const first = await one.execute(textRequest(a));
    await using two = await runtime.load(b);
    await two.execute(textRequest(b));
    assert.deepEqual(await one.execute(textRequest(a)), first);
    assert.equal(runtime.state.pids.length, 1);
  });

  test('what is no model is refused by its code while others are answered', async () => {
    await using runtime = create();
    await using model = await runtime.load(source);
    const good = model.execute(textRequest(source));
    await assert.rejects(runtime.load(languageSource(new Uint8Array(100))), code('MODEL_MALFORMED'));
    await assert.rejects(runtime.load(languageSource(bytes.subarray(0, 2_000))), code('MODEL_MALFORMED'));
    await assert.rejects(
      runtime.load(languageSource(bytes, { tokenizer: '0'.repeat(64) })),
      code('MODEL_SIGNATURE'),
    );
    await good;
    await assert.rejects(
      model.execute(textRequest(source, { prompt: { tokens: [1, 4_000] } })),
      code('TOKEN_UNKNOWN'),
    );
  });

  test('a file of the store is read by the process and verified block by block', async (t) => {
    const folder = tempDir(t);
    const file = join(folder, 'blob');
    const blocks = `${file}.leaves`;
    writeFileSync(file, bytes);
    writeFileSync(blocks, joinLeaves(leavesOf(bytes)));
    const located = (extra: Partial<ModelSource> = {}): ModelSource => ({
      ...source,
      read: () => Promise.reject(new Error('the parent reads no model')),
      locate: async () => file,
      ...extra,
    });
    await using runtime = create({ readRoots: [folder] });
    for (const each of [located(), located({ locateBlocks: async () => blocks })]) {
      await using model = await runtime.load(each);
      await model.execute(textRequest(source));
    }
    const places = [{ path: 'm.gguf', size: bytes.length, file }];
    const info = await runtime.inspect({ format: 'gguf', entry: 'm.gguf', places });
    assert.deepEqual(
      [info.facts.architecture, info.facts.context, info.facts.quantisation, info.facts.name],
      ['llama', 128, 'Q8_0', 'nonsense'],
    );
    assert.match(info.tokenizer ?? '', /^[0-9a-f]{64}$/);
    const changed = bytes.slice();
    changed[changed.length - 1] = (changed[changed.length - 1] as number) ^ 1;
    writeFileSync(file, changed);
    for (const each of [located(), located({ locateBlocks: async () => blocks })])
      await assert.rejects(runtime.load(each), code('MODEL_BYTES'));
    assert.equal(entryFile(source.manifest).size, bytes.length);
  });

  test('parts of a model are read each from its file, and answer as the whole', async (t) => {
    const folder = tempDir(t);
    const parts = splitGguf(bytes, [0, 5], 'Q8_0/nonsense');
    const places = Object.entries(parts).map(([path, part], i) => {
      const file = join(folder, `blob${i}`);
      writeFileSync(file, part);
      writeFileSync(`${file}.leaves`, joinLeaves(leavesOf(part)));
      return { path, size: part.length, file };
    });
    const fileOf = (path: string) => places.find((place) => place.path === path)?.file as string;
    const split: ModelSource = {
      ...partsSource(parts),
      read: () => Promise.reject(new Error('the parent reads no model')),
      locate: async (path) => fileOf(path),
      locateBlocks: async (path) => `${fileOf(path)}.leaves`,
    };
    await using runtime = create({ readRoots: [folder] });
    await using whole = await runtime.load(source);
    const { response } = await whole.execute(textRequest(source));
    await using model = await runtime.load(split);
    assert.deepEqual((await model.execute(textRequest(split))).response, response);
    const checked = await model.check?.(textRequest(split), response);
    assert.ok(checked && !('difference' in checked));
    const { entry } = split.manifest;
    const info = await runtime.inspect({ format: 'gguf', entry, places });
    const file = join(folder, 'whole');
    writeFileSync(file, bytes);
    const one = { format: 'gguf', entry: 'm.gguf', places: [{ path: 'm.gguf', size: bytes.length, file }] };
    assert.deepEqual(info, await runtime.inspect(one));
    await assert.rejects(
      runtime.inspect({ format: 'gguf', entry, places: places.slice(0, 2) }),
      code('MODEL_MALFORMED'),
    );
  });

  test('a file outside the roots is not read', async (t) => {
    const file = join(tempDir(t), 'blob');
    writeFileSync(file, bytes);
    await using runtime = create({ readRoots: [tempDir(t)] });
    await assert.rejects(runtime.load({ ...source, locate: async () => file }), code('MODEL_BYTES'));
  });

  test('a process without work ends, and the next request starts another', async () => {
    await using runtime = create({ idleTimeoutMs: 20 });
    await using model = await runtime.load(source);
    await waitFor(() => runtime.state.pids.length === 0, { what: 'the idle process to end' });
    await model.execute(textRequest(source));
  });

  test('disposing ends the process and what it works on', async () => {
    const runtime = create();
    const model = await runtime.load(source);
    let told = 0;
    const running = model.execute(long, { onPiece: () => void told++ });
    const ended = assert.rejects(running, code('RUNTIME_DISPOSED'));
    await waitFor(() => told > 0, { what: 'the run to be under way' });
    await runtime[Symbol.asyncDispose]();
    await ended;
    assert.deepEqual(runtime.state.pids, []);
    await assert.rejects(model.execute(textRequest(source)), code('RUNTIME_DISPOSED'));
  });
});
