import type { Decorators } from '@isobit/node';

/** A worker that takes every job and never says a word about it. */
export const silent: NonNullable<Decorators['jobs']> =
  () =>
  (_job, { signal }) =>
    new Promise((_, reject) => {
      const leave = (): void => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
    });
