import { aborted, exactError } from '../../../errors.ts';
import { nextEvent } from '../../answer/next-event.ts';
import { BLOCK, type BlockPool } from '../cache/block-pool.ts';
import { composePass, type Job, type Running, type Segment } from './job.ts';

/** Computes passes: the decoder, seen from its schedule. */
export interface Passes {
  /** Rows of one pass at most. */
  readonly rows: number;
  /** Computes the rows of the segments and gives each job the logits that it wants. */
  compute(segments: readonly Segment[]): void;
}

const blocksFor = (positions: number): number => Math.ceil(positions / BLOCK);

/**
 * Lets jobs share passes. A job is admitted when the cache has room for all that it may come to hold, so no job ever
 * has to stop for want of room; until then it waits its turn. New ones join between passes, and what was aborted
 * leaves there.
 */
export class Scheduler implements Disposable {
  readonly #passes: Passes;
  readonly #pool: BlockPool;
  readonly #waiting: Job[] = [];
  #running: Running[] = [];
  #admitted = 0;
  #working = false;
  #wake: (() => void) | undefined;
  #broken: unknown;

  constructor(passes: Passes, pool: BlockPool) {
    this.#passes = passes;
    this.#pool = pool;
  }

  /** @throws CodedError `RUN_MEMORY` the cache is too small for the job, whoever else runs; what broke the engine */
  submit(job: Job): void {
    if (this.#broken !== undefined) throw this.#broken;
    const needed = blocksFor(job.mostPositions);
    if (needed > this.#pool.capacity) {
      throw exactError(
        'RUN_MEMORY',
        `prompt and answer may come to ${job.mostPositions} positions; the cache has room for ${this.#pool.capacity * BLOCK}: ask for fewer tokens, or give the engine more memory`,
        { positions: job.mostPositions, room: this.#pool.capacity * BLOCK },
      );
    }
    this.#waiting.push(job);
    this.wake();
  }

  /** Something changed that may let work go on. */
  wake(): void {
    this.#wake?.();
    if (this.#working) return;
    this.#working = true;
    void this.#work();
  }

  [Symbol.dispose](): void {
    this.#break(exactError('RUNTIME_DISPOSED', 'the engine was disposed; load the model again'));
  }

  async #work(): Promise<void> {
    await nextEvent();
    while (this.#running.length + this.#waiting.length > 0) {
      this.#leave();
      this.#admit();
      const segments = composePass(this.#running, this.#passes.rows);
      if (segments.length > 0) this.#pass(segments);
      else if (this.#running.length > 0) await this.#change();
      await nextEvent();
    }
    // In the same step as the last look at the queue, so that no job is left lying.
    this.#working = false;
  }

  /** Settles with the next `wake`. */
  async #change(): Promise<void> {
    const jobs = [...this.#running.map(({ job }) => job), ...this.#waiting];
    const signals = jobs.flatMap(({ signal }) => (signal ? [signal] : []));
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        for (const signal of signals) signal.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      this.#wake = wake;
      for (const signal of signals) signal.addEventListener('abort', wake);
    });
  }

  #pass(segments: readonly Segment[]): void {
    const ready = segments.filter((segment) => this.#makeRoom(segment));
    try {
      if (ready.length > 0) this.#passes.compute(ready);
    } catch (error) {
      this.#break(exactError('RUN_FAILED', `the engine stopped: ${String(error)}`, {}, error));
      return;
    }
    for (const { running, count } of ready) this.#advance(running, count);
    // Who had their turn go behind those who had not.
    const served = new Set(segments.map(({ running }) => running));
    this.#running = [
      ...this.#running.filter((each) => !served.has(each)),
      ...this.#running.filter((each) => served.has(each)),
    ];
  }

  /** Whether the memory could be had. */
  #makeRoom({ running, count }: Segment): boolean {
    const wanted = blocksFor(running.computed + count);
    try {
      while (running.blocks.length < wanted) running.blocks.push(this.#pool.take());
      return true;
    } catch (error) {
      running.job.fail(error);
      return false;
    }
  }

  #advance(running: Running, count: number): void {
    const { job, blocks } = running;
    const before = running.computed;
    running.computed += count;
    for (let end = (Math.floor(before / BLOCK) + 1) * BLOCK; end <= running.computed; end += BLOCK) {
      const index = end / BLOCK - 1;
      const block = blocks[index];
      if (block) this.#pool.filled(block, blocks[index - 1], job.tokens, end);
    }
  }

  /** Those that are done, and those that were aborted. */
  #leave(): void {
    const stays = ({ job }: { job: Job }): boolean => {
      if (job.done) return false;
      if (!job.signal?.aborted) return true;
      job.fail(aborted('the run', job.signal));
      return false;
    };
    this.#running = this.#running.filter((running) => {
      if (stays(running)) return true;
      this.#pool.release(running.blocks);
      this.#admitted -= blocksFor(running.job.mostPositions);
      return false;
    });
    const waiting = this.#waiting.filter((job) => stays({ job }));
    this.#waiting.splice(0, Number.POSITIVE_INFINITY, ...waiting);
  }

  #admit(): void {
    for (let job = this.#waiting[0]; job; job = this.#waiting[0]) {
      const needed = blocksFor(job.mostPositions);
      if (this.#admitted + needed > this.#pool.capacity) return;
      this.#waiting.shift();
      this.#admitted += needed;
      // The last token known, and those whose logits are wanted, have to be computed whatever is kept.
      const blocks = this.#pool.find(job.tokens.slice(0, job.outputFrom));
      this.#running.push({ job, blocks, computed: blocks.length * BLOCK });
    }
  }

  #break(error: unknown): void {
    this.#broken ??= error;
    for (const { job } of this.#running) job.fail(error);
    for (const job of this.#waiting) job.fail(error);
    this.wake();
  }
}
