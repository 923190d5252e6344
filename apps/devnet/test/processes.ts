import { execFileSync } from 'node:child_process';
import { until } from '../src/index.ts';

/** Ids of the processes that a process has started. */
export function childrenOf(pid: number): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    // pgrep exits with 1 where there are none.
    return [];
  }
}

/** The same with what those have started in turn. */
export const descendantsOf = (pid: number): number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until none of them is left. */
export const allGone = (pids: readonly number[]): Promise<unknown> =>
  until(`processes ${pids.join(', ')} to end`, async () => !pids.some(isAlive));
