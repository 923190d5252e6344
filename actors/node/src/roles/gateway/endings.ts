import { isCoded } from '@isobit/core';
import { isRetriable } from '@isobit/network';
import type { JobAnswer } from '@isobit/receipt';
import type { RunTimes } from './pace.ts';
import type { Ending } from './worker-records.ts';

/** When a worker that is busy is asked again, where it said nothing of that. */
export const RETRY_MS = 1_000;
/** Tokens below which their pace is noise. */
const FEW_TOKENS = 8;
/** Characters below which it is not their reading that takes time. */
export const FEW_CHARACTERS = 2_000;

/** When what came of a job with one worker; milliseconds of one clock. */
export interface Times {
  readonly began: number;
  /** When the first word was told. */
  readonly first: number | undefined;
  readonly ended: number;
  /** Characters of the question that it had not read before. */
  readonly unread: number;
}

/** @param isFit whether the answer speaks of this job and of this worker */
export function answeredEnding(answer: JobAnswer, isFit: boolean, times: Times): Ending {
  return isFit
    ? { kind: 'answered', times: runTimes(times, tokensOf(answer)) }
    : { kind: 'failed', code: 'ANSWER_UNFIT' };
}

/** @param isWithdrawn whether the client left */
export function failedEnding(error: unknown, isWithdrawn: boolean, times: Times): Ending {
  if (isWithdrawn || !isCoded(error)) return { kind: 'neither' };
  if (error.code === 'JOB_BUSY') return { kind: 'busy', retryAfterMs: retryAfterOf(error) };
  // It was promised, and did not come: the worker is to blame, and not what was asked.
  if (isRetriable(error.code)) return { kind: 'failed', code: error.code };
  // No word in all that time: it is as slow as that, at least.
  if (error.code === 'JOB_DEADLINE' && times.first === undefined)
    return { kind: 'neither', times: { firstMs: times.ended - times.began } };
  return { kind: 'neither' };
}

/** Milliseconds after which a busy worker wants to be asked again. */
export function retryAfterOf(error: unknown): number {
  const { retryAfterMs } = isCoded(error) ? error.details : {};
  return typeof retryAfterMs === 'number' ? retryAfterMs : RETRY_MS;
}

function runTimes({ began, first, ended, unread }: Times, tokens: number): RunTimes {
  const firstMs = (first ?? ended) - began;
  return {
    runMs: ended - began,
    firstMs,
    ...(unread >= FEW_CHARACTERS ? { characterMs: firstMs / unread } : {}),
    ...(first !== undefined && tokens >= FEW_TOKENS ? { tokenMs: (ended - first) / (tokens - 1) } : {}),
  };
}

const tokensOf = ({ response }: JobAnswer): number =>
  response?.kind === 'text' ? Math.max(...response.choices.map(({ tokens }) => tokens.length)) : 0;
