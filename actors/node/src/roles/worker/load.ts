import type { OfferBody } from '@isobit/receipt';
import type { JobHandler } from './job-handler.ts';

/** How busy a worker is, and how its jobs have ended. */
export interface WorkerLoad {
  readonly now: () => OfferBody['load'];
  /** Ended jobs by outcome or error code. */
  readonly ended: ReadonlyMap<string, number>;
  /** Sum and number of the times that jobs took, milliseconds. */
  readonly time: () => { readonly sumMs: number; readonly count: number };
}

/** Counts the jobs that pass through a handler. @param capacity jobs that run at once */
export function countLoad(handler: JobHandler, capacity: number): { handler: JobHandler; load: WorkerLoad } {
  let active = 0;
  let sumMs = 0;
  let count = 0;
  const ended = new Map<string, number>();
  return {
    load: {
      now: () => ({ running: Math.min(active, capacity), queued: Math.max(0, active - capacity), capacity }),
      ended,
      time: () => ({ sumMs, count }),
    },
    async handler(job, options) {
      const began = performance.now();
      let outcome = 'INTERNAL';
      active++;
      try {
        const answer = await handler(job, options);
        outcome = answer.receipt.outcome;
        return answer;
      } catch (error) {
        outcome = (error as { code?: string }).code ?? outcome;
        throw error;
      } finally {
        active--;
        count++;
        sumMs += performance.now() - began;
        ended.set(outcome, (ended.get(outcome) ?? 0) + 1);
      }
    },
  };
}
