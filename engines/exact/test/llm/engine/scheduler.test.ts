import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { waitFor as waitUntil } from '@isobit/testing';
import { BLOCK, BlockPool } from '../../../src/llm/engine/cache/block-pool.ts';
import { composePass, type Job, type Running, type Segment } from '../../../src/llm/engine/schedule/job.ts';
import { Scheduler } from '../../../src/llm/engine/schedule/scheduler.ts';

const waitFor = (condition: () => unknown) => waitUntil(condition, { what: 'the schedule' });

interface Toy extends Job {
  readonly tokens: number[];
  readonly taken: number[];
  error: unknown;
  waits: boolean;
}

/** A job that wants `most` tokens more than its prompt has. */
function toy(prompt: number, most: number, more: Partial<Pick<Job, 'signal' | 'mostPositions'>> = {}): Toy {
  return {
    tokens: Array.from({ length: prompt }, (_, i) => i),
    taken: [],
    error: undefined,
    outputFrom: prompt - 1,
    mostPositions: prompt + most - 1,
    waits: false,
    signal: undefined,
    get done() {
      return this.error !== undefined || this.taken.length >= most;
    },
    take(position) {
      this.taken.push(position);
      this.tokens.push(7);
    },
    fail(error) {
      this.error = error;
    },
    ...more,
  };
}

function create(
  options: { rows?: number; blocks?: number; compute?: (segments: readonly Segment[]) => void } = {},
) {
  const { rows = 16, blocks = 8 } = options;
  const passes: string[] = [];
  let placed = 0;
  const pool = new BlockPool({ capacity: blocks, place: () => ++placed, clear: () => undefined });
  const scheduler = new Scheduler(
    {
      rows,
      compute(segments) {
        passes.push(segments.map(({ running, count }) => `${running.computed}+${count}`).join(' '));
        options.compute?.(segments);
        for (const { running, count } of segments) {
          const { job, computed } = running;
          for (let at = computed; at < computed + count; at++) if (at >= job.outputFrom) job.take(at, 0);
        }
      },
    },
    pool,
  );
  return { scheduler, passes, pool };
}

describe('a pass', () => {
  const running = (missing: number, computed = 0, waits = false): Running => ({
    job: { ...toy(missing + computed, 1), waits },
    computed,
    blocks: [],
  });
  const counts = (all: readonly Running[], rows: number) =>
    composePass(all, rows).map(({ running: each, count }) => [all.indexOf(each), count]);

  test('takes those first that lack one token, then pieces of prompts', () => {
    const all = [running(30), running(1, 9), running(5), running(1, 3)];
    assert.deepEqual(counts(all, 20), [
      [1, 1],
      [3, 1],
      [0, 18],
    ]);
    assert.deepEqual(counts(all, 40).at(-1), [2, 5]);
    assert.deepEqual(counts(all, 1), [[1, 1]]);
  });

  test('leaves out those who wait, and those with nothing to compute', () => {
    assert.deepEqual(counts([running(3, 0, true), running(0, 4)], 20), []);
  });
});

test('prompts go in pieces beside answers that grow', async () => {
  const { scheduler, passes } = create();
  const [short, long] = [toy(2, 4), toy(40, 2)];
  scheduler.submit(short);
  scheduler.submit(long);
  await waitFor(() => short.done && long.done);
  assert.deepEqual(passes, ['0+2 0+14', '2+1 14+15', '3+1 29+11', '4+1 40+1']);
});

test('jobs wait until the cache has room, in the order in which they came', async () => {
  const { scheduler, passes } = create({ rows: 500, blocks: 3 });
  const jobs = [toy(2 * BLOCK, 1), toy(BLOCK + 1, 1), toy(3, 1)];
  for (const job of jobs) scheduler.submit(job);
  await waitFor(() => jobs.every(({ done }) => done));
  // The second shares its first block with what the first left.
  assert.deepEqual(passes, ['0+128', '64+1 0+3']);
});

test('refused: a job larger than the cache', () => {
  const { scheduler } = create({ blocks: 2 });
  assert.throws(
    () => scheduler.submit(toy(100, 100)),
    (error) => isCoded(error, 'RUN_MEMORY'),
  );
});

describe('who aborts leaves', () => {
  test('while it runs, within one pass', async () => {
    const stop = new AbortController();
    const job = toy(2, 50, { signal: stop.signal });
    const { scheduler } = create({
      compute() {
        if (job.taken.length === 4) stop.abort();
      },
    });
    scheduler.submit(job);
    await waitFor(() => job.error);
    assert.ok(isCoded(job.error, 'RUN_ABORTED'));
    assert.equal(job.taken.length, 5);
  });

  test('while it waits for room, or for its reader; the room is free then', async () => {
    const { scheduler } = create({ blocks: 1 });
    const stops = [new AbortController(), new AbortController()] as const;
    const [reading, queued] = stops.map(({ signal }) => toy(2, 50, { signal })) as [Toy, Toy];
    reading.waits = true;
    scheduler.submit(reading);
    scheduler.submit(queued);
    for (const [i, job] of [queued, reading].entries()) {
      stops[1 - i]?.abort();
      await waitFor(() => job.error);
      assert.ok(isCoded(job.error, 'RUN_ABORTED'));
      assert.equal(job.taken.length, 0);
    }
    const next = toy(2, 3);
    scheduler.submit(next);
    await waitFor(() => next.done);
  });
});

test('who waits goes on when it is told to', async () => {
  const { scheduler } = create();
  const job = toy(2, 3);
  job.waits = true;
  scheduler.submit(job);
  const other = toy(2, 3);
  scheduler.submit(other);
  await waitFor(() => other.done);
  assert.equal(job.taken.length, 0);
  job.waits = false;
  scheduler.wake();
  await waitFor(() => job.done);
});

test('an engine that stops ends every job, and takes no more', async () => {
  const { scheduler } = create({
    blocks: 1,
    compute() {
      throw new WebAssembly.RuntimeError('unreachable');
    },
  });
  const jobs = [toy(2, 3), toy(2, 3)];
  for (const job of jobs) scheduler.submit(job);
  await waitFor(() => jobs.every(({ error }) => error !== undefined));
  for (const { error } of jobs) assert.ok(isCoded(error, 'RUN_FAILED'));
  assert.throws(
    () => scheduler.submit(toy(2, 3)),
    (error) => isCoded(error, 'RUN_FAILED'),
  );
});

test('disposed: every job ends, and none is taken', async () => {
  const { scheduler } = create({ blocks: 1 });
  const jobs = [toy(2, 50), toy(2, 50)];
  for (const job of jobs) job.waits = true;
  for (const job of jobs) scheduler.submit(job);
  scheduler[Symbol.dispose]();
  for (const { error } of jobs) assert.ok(isCoded(error, 'RUNTIME_DISPOSED'));
  assert.throws(
    () => scheduler.submit(toy(1, 1)),
    (error) => isCoded(error, 'RUNTIME_DISPOSED'),
  );
});
