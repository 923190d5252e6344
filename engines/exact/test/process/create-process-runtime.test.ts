import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { tempDir, waitFor } from '@isobit/testing';
import type { ModelSource } from '../../src/index.ts';
import { selfTest } from '../../src/index.ts';
import { createProcessRuntime, type ProcessRuntimeOptions, wasmPath } from '../../src/process/index.ts';
import { bool, fp32, int64, models, ramp } from '../models.ts';
import { hostileSource, sourceOf } from '../source.ts';

const create = (options: Partial<ProcessRuntimeOptions> = {}) =>
  createProcessRuntime({ profile: 'onnx-exact-1', readRoots: [], memoryMiB: 256, ...options });

const code = (expected: string) => (error: unknown) => isCoded(error, expected);

/** Inputs of the loop model that keep it busy for longer than any test. */
const forever = [int64('trips', [], [2n ** 62n]), bool('go', true), fp32('x', [1], [0])];
const once = [int64('trips', [], [1]), bool('go', true), fp32('x', [1], [0])];

test('a child that is killed in mid-run fails that run alone and is replaced', async () => {
  await using runtime = create();
  await using model = await runtime.load(sourceOf(models.loop()));
  await model.run(once);
  const [pid] = runtime.state.pids;
  const lost = model.run(forever);
  const next = model.run(once);
  await waitFor(() => runtime.state.queued === 0, {
    what: 'the first run to be under way, the next behind it',
  });
  process.kill(pid as number, 'SIGKILL');
  await assert.rejects(lost, code('ENGINE_CRASHED'));
  assert.deepEqual((await next).outputs, [fp32('y', [1], [1])]);
  assert.notEqual(runtime.state.pids[0], pid);
});

test('a run that takes too long ends with a code, and the next is answered', async () => {
  await using runtime = create({ runTimeoutMs: 500 });
  await using model = await runtime.load(sourceOf(models.loop()));
  await assert.rejects(model.run(forever), code('RUN_TIMEOUT'));
  assert.deepEqual((await model.run(once)).outputs, [fp32('y', [1], [1])]);
});

test('what follows a run that is ended is done again and answered; each error is told to its own caller', async () => {
  await using runtime = create({ runTimeoutMs: 700 });
  await using model = await runtime.load(sourceOf(models.loop()));
  await model.run(once);
  const answered = [fp32('y', [1], [1])];
  const late = [model.run(forever), model.run(once), model.run(forever), model.run(once)];
  const [first, second, third, fourth] = await Promise.allSettled(late);
  for (const ended of [first, third])
    assert.ok(ended?.status === 'rejected' && isCoded(ended.reason, 'RUN_TIMEOUT'));
  for (const ended of [second, fourth]) {
    assert.ok(ended?.status === 'fulfilled');
    assert.deepEqual(ended.value.outputs, answered);
  }
  const controller = new AbortController();
  const left = model.run(forever, { signal: controller.signal });
  const behind = model.run(once);
  await waitFor(() => runtime.state.queued === 0, { what: 'one run to follow the other' });
  controller.abort();
  await assert.rejects(left, code('RUN_ABORTED'));
  assert.deepEqual((await behind).outputs, answered);
});

test('a caller that leaves while its run follows another costs neither that run nor the process', async () => {
  await using runtime = create();
  await using model = await runtime.load(sourceOf(models.loop()));
  await model.run(once);
  const [pid] = runtime.state.pids;
  const some = [int64('trips', [], [200_000n]), bool('go', true), fp32('x', [1], [0])];
  const controller = new AbortController();
  const before = model.run(some);
  const leaving = model.run(once, { signal: controller.signal });
  await waitFor(() => runtime.state.queued === 0, { what: 'one run to follow the other' });
  controller.abort();
  await assert.rejects(leaving, code('RUN_ABORTED'));
  assert.deepEqual((await before).outputs, [fp32('y', [1], [200_000])]);
  assert.deepEqual((await model.run(once)).outputs, [fp32('y', [1], [1])]);
  assert.equal(runtime.state.pids[0], pid);
});

test('a caller that leaves is told at once; an endless run ends, a short one costs no process', async () => {
  await using runtime = create();
  await using model = await runtime.load(sourceOf(models.loop()));
  await model.run(once);
  const [pid] = runtime.state.pids;
  const controller = new AbortController();
  const endless = model.run(forever, { signal: controller.signal });
  controller.abort();
  await assert.rejects(endless, code('RUN_ABORTED'));
  await waitFor(() => runtime.state.pids[0] !== pid, { what: 'the endless run to be ended' });
  await model.run(once);
  const [second] = runtime.state.pids;
  const brief = new AbortController();
  const short = model.run(once, { signal: brief.signal });
  brief.abort();
  await assert.rejects(short, code('RUN_ABORTED'));
  await model.run(once);
  assert.equal(runtime.state.pids[0], second);
});

test('a run that needs more memory than allowed ends with a code, and the next is answered', async () => {
  await using runtime = create({ memoryMiB: 128 });
  await using model = await runtime.load(sourceOf(models.zeros()));
  await assert.rejects(model.run([int64('shape', [1], [2 ** 26])]), code('RUN_MEMORY'));
  assert.deepEqual((await model.run([int64('shape', [1], [2])])).outputs, [fp32('y', [2], [0, 0])]);
});

test('an answer that no response could hold is refused', async () => {
  await using runtime = create({ memoryMiB: 1024 });
  await using model = await runtime.load(sourceOf(models.zeros()));
  await assert.rejects(model.run([int64('shape', [1], [2 ** 24])]), code('OUTPUT_TOO_LARGE'));
});

test('garbage is refused by its code while twenty others are answered', async () => {
  await using runtime = create({ children: 2 });
  await using model = await runtime.load(sourceOf(models.network()));
  const image = fp32('image', [1, 1, 8, 8], ramp(64));
  const { outputs } = await model.run([image]);
  const good = Array.from({ length: 20 }, () => model.run([image]));
  const bad = Array.from({ length: 5 }, (_, i) =>
    runtime.load(hostileSource(new Uint8Array(1_000 + i).fill(0xa5))),
  );
  for (const load of bad) await assert.rejects(load, code('MODEL_MALFORMED'));
  for (const run of good) assert.deepEqual((await run).outputs, outputs);
});

test('a full queue says when to come back', async () => {
  await using runtime = create({ maxQueued: 2 });
  await using model = await runtime.load(sourceOf(models.scalar()));
  const runs = Array.from({ length: 5 }, () => model.run([fp32('x', [], [1])]));
  const settled = await Promise.allSettled(runs);
  const refused = settled.flatMap((run) => (run.status === 'rejected' ? [run.reason as unknown] : []));
  assert.equal(refused.length, 2);
  for (const error of refused) {
    assert.ok(isCoded(error, 'QUEUE_FULL'));
    assert.ok((error.details['retryAfterMs'] as number) >= 50);
  }
});

test('models beyond the number allowed are loaded again when they are needed', async () => {
  await using runtime = create({ maxLoaded: 1 });
  let reads = 0;
  const counted = (source: ModelSource): ModelSource => ({
    ...source,
    async read(path) {
      reads++;
      return await source.read(path);
    },
  });
  await using one = await runtime.load(counted(sourceOf(models.scalar())));
  await using two = await runtime.load(counted(sourceOf(models.identity('FP32'))));
  assert.equal(reads, 2);
  await one.run([fp32('x', [], [1])]);
  await one.run([fp32('x', [], [1])]);
  assert.equal(reads, 3);
  await two.run([fp32('x', [1, 2], [1, 2])]);
  assert.equal(reads, 4);
});

test('a file of the store is read and verified by the child', async (t) => {
  const folder = tempDir(t);
  const bytes = models.scalar();
  const file = join(folder, 'blob');
  writeFileSync(file, bytes);
  const located: ModelSource = {
    ...sourceOf(bytes),
    read: () => Promise.reject(new Error('the parent reads no model')),
    locate: async () => file,
  };
  await using runtime = create({ readRoots: [folder] });
  await using model = await runtime.load(located);
  assert.deepEqual((await model.run([fp32('x', [], [1])])).outputs, [fp32('y', [], [-1])]);
  assert.equal((await runtime.inspect(file)).nodes.length, 1);
});

test('a file with a changed byte, another size or outside the roots is refused', async (t) => {
  const folder = tempDir(t);
  const elsewhere = tempDir(t);
  const bytes = models.scalar();
  const changed = bytes.slice();
  changed[changed.length - 1] = (changed[changed.length - 1] as number) ^ 1;
  writeFileSync(join(folder, 'changed'), changed);
  writeFileSync(join(folder, 'longer'), Buffer.concat([bytes, Buffer.of(0)]));
  writeFileSync(join(elsewhere, 'blob'), bytes);
  await using runtime = create({ readRoots: [folder] });
  for (const file of [
    join(folder, 'changed'),
    join(folder, 'longer'),
    join(folder, 'absent'),
    join(elsewhere, 'blob'),
  ]) {
    const source: ModelSource = { ...sourceOf(bytes), locate: async () => file };
    await assert.rejects(runtime.load(source), code('MODEL_BYTES'), file);
  }
});

test('disposing ends the processes and rejects what waits', async () => {
  const runtime = create();
  const model = await runtime.load(sourceOf(models.loop()));
  const running = model.run(forever);
  const waiting = model.run(once);
  const both = Promise.all([
    assert.rejects(running, code('RUNTIME_DISPOSED')),
    assert.rejects(waiting, code('RUNTIME_DISPOSED')),
  ]);
  await runtime[Symbol.asyncDispose]();
  await both;
  assert.deepEqual(runtime.state.pids, []);
});

test('the engine may be a fetched file; one with other bytes is refused', async (t) => {
  const folder = tempDir(t);
  const bytes = readFileSync(wasmPath());
  const file = join(folder, 'engine.wasm');
  writeFileSync(file, bytes);
  {
    await using runtime = create({ engineFile: file, readRoots: [folder] });
    await selfTest(runtime);
  }
  bytes[0] = 1;
  writeFileSync(file, bytes);
  await using runtime = create({ engineFile: file, readRoots: [folder] });
  await assert.rejects(selfTest(runtime), code('ENGINE_DIGEST'));
});

test('a process without work ends, and the next request starts another', async () => {
  await using runtime = create({ idleTimeoutMs: 20 });
  await using model = await runtime.load(sourceOf(models.scalar()));
  await waitFor(() => runtime.state.pids.length === 0, { what: 'the idle process to end' });
  assert.deepEqual((await model.run([fp32('x', [], [1])])).outputs, [fp32('y', [], [-1])]);
});

test('the known-answer test passes in an engine process', async () => {
  await using runtime = create();
  await selfTest(runtime);
});

test('the profile fast needs a native engine', () => {
  assert.throws(() => create({ profile: 'fast' }), code('ENGINE_UNAVAILABLE'));
});
