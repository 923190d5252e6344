import type { Build } from '@isobit/kernels';
import { createMachine } from '../memory/machine.ts';
import { type Plan, runPlan } from './run-plan.ts';
import { COMMANDS, CONTROL_WORDS, createTeam, WORDS } from './team.ts';

/** What a thread is started with. */
export interface ThreadStart {
  readonly build: Build;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control block. */
  readonly control: number;
  readonly thread: number;
  readonly threads: number;
  readonly plan: Plan;
}

/** The life of a thread: sleeps until a command comes, computes its share, until the command is to end. */
export function serveThread(start: ThreadStart, ready: () => void): void {
  const { memory, control, thread, threads, plan } = start;
  const words = new Int32Array(memory.buffer, control, CONTROL_WORDS);
  const machine = createMachine(start);
  const team = createTeam(words, thread, threads);
  let seen = Atomics.load(words, WORDS.commands);
  ready();
  for (;;) {
    Atomics.wait(words, WORDS.commands, seen);
    const now = Atomics.load(words, WORDS.commands);
    if (now === seen) continue;
    seen = now;
    if (Atomics.load(words, WORDS.command) === COMMANDS.end) return;
    try {
      runPlan(machine, team, plan);
    } catch (error) {
      Atomics.store(words, WORDS.failed, 1);
      Atomics.notify(words, WORDS.passed);
      throw error;
    }
  }
}
