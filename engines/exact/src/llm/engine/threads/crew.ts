import { exactError } from '../../../errors.ts';
import type { Machine } from '../memory/machine.ts';
import { type Plan, runPlan } from './run-plan.ts';
import type { ThreadStart } from './serve-thread.ts';
import type { StartThread, Thread } from './start-thread.ts';
import { alone, COMMANDS, CONTROL_WORDS, createTeam, WORDS } from './team.ts';

/** The threads of an engine; this one is the first of them. */
export interface Crew extends Disposable {
  readonly threads: number;
  /** Runs the pass that the header tells, on all threads, and returns when it is done. */
  run(): void;
}

export const soloCrew = (machine: Machine, plan: Plan): Crew => ({
  threads: 1,
  run: () => runPlan(machine, alone, plan),
  [Symbol.dispose]: () => undefined,
});

/** @throws CodedError `ENGINE_UNAVAILABLE` a thread does not start */
export async function startCrew(
  machine: Machine,
  start: Omit<ThreadStart, 'thread'>,
  startThread: StartThread,
): Promise<Crew> {
  const { control, threads, plan } = start;
  const words = new Int32Array(start.memory.buffer, control, CONTROL_WORDS);
  const team = createTeam(words, 0, threads);
  const others: Thread[] = [];
  const stop = (): void => {
    command(words, COMMANDS.end);
    for (const thread of others) thread.stop();
  };
  try {
    for (let thread = 1; thread < threads; thread++) others.push(await startThread({ ...start, thread }));
    await Promise.all(others.map(({ ready }) => ready));
  } catch (error) {
    stop();
    throw exactError(
      'ENGINE_UNAVAILABLE',
      `a thread of the engine does not start: ${String(error)}`,
      {},
      error,
    );
  }
  return {
    threads,
    run() {
      command(words, COMMANDS.run);
      try {
        runPlan(machine, team, plan);
      } catch (error) {
        Atomics.store(words, WORDS.failed, 1);
        Atomics.notify(words, WORDS.passed);
        throw error;
      }
    },
    [Symbol.dispose]: stop,
  };
}

function command(words: Int32Array, what: number): void {
  Atomics.store(words, WORDS.command, what);
  Atomics.add(words, WORDS.commands, 1);
  Atomics.notify(words, WORDS.commands);
}
