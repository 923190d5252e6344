import type { OfferBody, Request } from '@isobit/receipt';
import type { JobHandler } from './job-handler.ts';

/** How busy a worker is, and how its jobs have ended. */
export interface WorkerLoad {
  readonly now: () => OfferBody['load'];
  /** Ended jobs by outcome or error code. */
  readonly ended: ReadonlyMap<string, number>;
  /** Sum and number of the times that jobs took, milliseconds. */
  readonly time: () => { readonly sumMs: number; readonly count: number };
}

/**
 * Counts the jobs that pass through a handler. The engines together are one place: a job takes a share of it, and any
 * part of it that is taken counts as a job that runs.
 *
 * @param shareOf part of the place that a job of this kind takes
 */
export function countLoad(
  handler: JobHandler,
  shareOf: (kind: Request['kind']) => number,
): { handler: JobHandler; load: WorkerLoad } {
  const capacity = 1;
  let taken = 0;
  let sumMs = 0;
  let count = 0;
  const ended = new Map<string, number>();
  return {
    load: {
      now() {
        // Shares are binary fractions, so sums of them are exact.
        const active = Math.ceil(taken);
        return { running: Math.min(active, capacity), queued: Math.max(0, active - capacity), capacity };
      },
      ended,
      time: () => ({ sumMs, count }),
    },
    async handler(job, options) {
      const began = performance.now();
      const share = shareOf(job.request.kind);
      let outcome = 'INTERNAL';
      taken += share;
      try {
        const answer = await handler(job, options);
        outcome = answer.receipt.outcome;
        return answer;
      } catch (error) {
        outcome = (error as { code?: string }).code ?? outcome;
        throw error;
      } finally {
        taken -= share;
        count++;
        sumMs += performance.now() - began;
        ended.set(outcome, (ended.get(outcome) ?? 0) + 1);
      }
    },
  };
}
