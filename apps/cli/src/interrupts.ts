import { INTERRUPTED } from './exit.ts';

/** One press of Ctrl-C may arrive twice: from the terminal, and from an npm that passes it on. */
const SAME_PRESS_MS = 300;

/** What of the process is used; a test gives another. */
export interface Interruptible {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

const thisProcess: Interruptible = {
  on: (signal, listener) => process.on(signal, listener),
  exit: (code) => process.exit(code),
  now: () => performance.now(),
};

/** Aborts at the first Ctrl-C, SIGTERM or SIGHUP, so that what is open can be closed; a second one ends the process. */
export function interruptSignal({ on, exit, now }: Interruptible = thisProcess): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      first = now();
      controller.abort();
    } else if (now() - first > SAME_PRESS_MS) exit(INTERRUPTED);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) on(name, onSignal);
  return controller.signal;
}
