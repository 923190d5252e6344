import { aborted, throwIfAborted } from '../../errors.ts';

/** Sequences of an engine that are lent to one answer at a time. */
export interface Sequences<T> {
  /**
   * One of them, once one is free, in the order of asking; handed back when disposed.
   *
   * @throws CodedError `RUN_ABORTED`
   */
  borrow(signal?: AbortSignal): Promise<{ readonly sequence: T } & Disposable>;
}

export function createSequences<T>(all: readonly T[]): Sequences<T> {
  const free = [...all];
  const waiting: ((sequence: T) => void)[] = [];

  function giveBack(sequence: T): void {
    const next = waiting.shift();
    if (next) next(sequence);
    else free.push(sequence);
  }

  function take(signal?: AbortSignal): Promise<T> {
    const sequence = free.pop();
    if (sequence !== undefined) return Promise.resolve(sequence);
    return new Promise((resolve, reject) => {
      const given = (found: T) => {
        signal?.removeEventListener('abort', leave);
        resolve(found);
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(given), 1);
        reject(aborted('the wait for a sequence', signal));
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(given);
    });
  }

  return {
    async borrow(signal) {
      throwIfAborted(signal, 'the wait for a sequence');
      const sequence = await take(signal);
      return { sequence, [Symbol.dispose]: () => giveBack(sequence) };
    },
  };
}
