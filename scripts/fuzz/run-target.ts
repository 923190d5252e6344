import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isCoded } from '@isobit/core';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';

/** What a `test/*.fuzz.ts` exports by name: a decoder of strangers' bytes. It may throw coded errors and nothing else. */
export interface Target {
  run(bytes: Uint8Array): unknown;
  seeds(): Uint8Array[];
}

export interface Bounds {
  readonly seed: number;
  /** Mutated inputs at most; the seeds come on top. */
  readonly count: number;
  /** Milliseconds at most, for all runs together. */
  readonly milliseconds: number;
  /** Milliseconds that one run may take; 2,000 where absent. */
  readonly slow?: number;
  /** Called with each input before it is run. */
  readonly onInput?: (input: Uint8Array) => void;
}

export interface Finding {
  readonly kind: 'error' | 'slow' | 'memory' | 'hang';
  readonly text: string;
  /** The input that did it; the last one where it is no single one's doing. */
  readonly input: Uint8Array;
}

export interface Report {
  readonly runs: number;
  /** Different answers that were seen: refusals by message, and acceptance. */
  readonly answers: number;
  readonly finding?: Finding;
}

const SLOW_MS = 2_000;
/** Live memory that a decoder may keep between runs. */
const GROWTH_BYTES = 64 << 20;
const WARM_UP_RUNS = 200;
const CORPUS = 400;

/** Runs the seeds, then mutations of them until a bound is met or something is found. Same seed, same inputs. */
export async function runTarget(target: Target, bounds: Bounds): Promise<Report> {
  const { count, milliseconds, slow = SLOW_MS } = bounds;
  const random = createRandom(bounds.seed);
  const seeds = target.seeds();
  const corpus = seeds.length > 0 ? [...seeds] : [new Uint8Array(0)];
  const answers = new Set<string>();
  const ends = performance.now() + milliseconds;
  let before: number | undefined;
  let input: Uint8Array = corpus[0] ?? new Uint8Array(0);
  let runs = 0;
  for (; runs < seeds.length + count && performance.now() < ends; runs++) {
    if (runs === WARM_UP_RUNS) before = liveBytes();
    input = seeds[runs] ?? mutate(corpus, random);
    bounds.onInput?.(input);
    const started = performance.now();
    const { answer, error } = await answerOf(target, input);
    const taken = performance.now() - started;
    if (error)
      return { runs: runs + 1, answers: answers.size, finding: { kind: 'error', text: error, input } };
    if (taken > slow) {
      const text = `one run took ${Math.round(taken)} ms, at most ${slow} are allowed`;
      return { runs: runs + 1, answers: answers.size, finding: { kind: 'slow', text, input } };
    }
    // An answer that was not seen before: mutations of this input may lead further.
    if (!answers.has(answer) && corpus.length < CORPUS) corpus.push(input);
    answers.add(answer);
  }
  const growth = before === undefined ? 0 : liveBytes() - before;
  const finding: Finding | undefined =
    growth > GROWTH_BYTES
      ? { kind: 'memory', text: `keeps ${growth >> 20} MiB after ${runs} runs`, input }
      : undefined;
  return { runs, answers: answers.size, ...(finding ? { finding } : {}) };
}

async function answerOf(target: Target, input: Uint8Array): Promise<{ answer: string; error?: string }> {
  try {
    // A copy, so that a decoder that keeps or changes its input spoils no other run.
    await target.run(input.slice());
    return { answer: 'accepted' };
  } catch (error) {
    if (isCoded(error))
      return { answer: `${error.code} ${error.message.replaceAll(/".*"|\d+/gs, '').slice(0, 80)}` };
    return {
      answer: '',
      error: error instanceof Error ? (error.stack ?? String(error)) : `threw ${String(error)}`,
    };
  }
}

function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
