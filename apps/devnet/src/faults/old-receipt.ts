import type { Decorators } from '@isobit/node';
import type { JobAnswer } from '@isobit/receipt';

/** A worker that answers every question with its first answer: signed, logged, and about something else. */
export const oldReceipt: NonNullable<Decorators['jobs']> = (handler) => {
  let first: Promise<JobAnswer> | undefined;
  return (job, context) => {
    first ??= handler(job, context);
    return first;
  };
};
