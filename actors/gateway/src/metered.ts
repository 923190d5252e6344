import type { JobAnswer, JobProgress, Request, Response } from '@isobit/receipt';
import type { Admission } from './askers.ts';
import { tokenCounts } from './token-counts.ts';

type OnProgress = (progress: JobProgress) => void;

export interface MeteredOptions {
  readonly admission: Admission;
  readonly request: Request;
  readonly onProgress: OnProgress | undefined;
  run(onProgress: OnProgress | undefined): Promise<JobAnswer>;
}

/**
 * Has a question answered and counts what it took: the tokens that the answer's documents tell of, and not what
 * a receipt says; where there is no answer those that were told, so that who leaves a stream before its end has not read
 * it for nothing.
 */
export async function metered({ admission, request, onProgress, run }: MeteredOptions): Promise<JobAnswer> {
  let told = 0;
  const counting: OnProgress | undefined =
    onProgress &&
    ((progress) => {
      for (const { tokens } of progress.pieces) told += tokens.length;
      onProgress(progress);
    });
  let taken: number | undefined;
  try {
    const answer = await run(counting);
    taken = answer.response && tokensOf(request, answer.response);
    return answer;
  } finally {
    admission.spend(taken ?? told);
  }
}

/** A model of tensors knows none. */
function tokensOf(request: Request, response: Response): number {
  const { inputTokens, outputTokens } = tokenCounts(request, response);
  return (inputTokens ?? 0) + (outputTokens ?? 0);
}
