import { formatBytes } from './bytes.ts';
import type { Terminal } from './terminal.ts';

export interface Progress extends Disposable {
  /** @param done of the total @param extra a few words more, such as where the bytes come from */
  update(done: number, extra?: string): void;
}

const silent: Progress = { update: () => {}, [Symbol.dispose]: () => {} };

/** A bar on the terminal's notes; nothing at all where no person watches. @param total bytes */
export function startProgress(terminal: Terminal, label: string, total: number): Progress {
  if (!terminal.notesAreSeen || total <= 0) return silent;
  let stop: (() => void) | undefined;
  let stopped = false;
  let now = { done: 0, extra: '' };
  let show = (): void => {};
  // Loaded only where there is somebody to see it.
  void import('cli-progress').then(({ default: cliProgress }) => {
    if (stopped) return;
    const bar = new cliProgress.SingleBar({
      format: `${label} [{bar}] {percentage}% {done} of {size} {extra}`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    });
    const words = () => ({ done: formatBytes(now.done), size: formatBytes(total), extra: now.extra });
    bar.start(total, now.done, words());
    show = () => bar.update(Math.min(now.done, total), words());
    stop = () => bar.stop();
  });
  return {
    update(done, extra = '') {
      now = { done, extra };
      show();
    },
    [Symbol.dispose]() {
      stopped = true;
      stop?.();
    },
  };
}
