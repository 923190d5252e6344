import type { RunJob } from '@isobit/network';
import type { Job, JobAnswer } from '@isobit/receipt';
import { answeredEnding, failedEnding, type Times } from './endings.ts';
import type { WorkerRecords } from './worker-records.ts';

/** Jobs whose times may be compared: of one model and profile, told as they come or not. */
export const sortOf = ({
  request: { model, profile },
  progress = false,
}: {
  readonly request: Pick<Job['request'], 'model' | 'profile'>;
  readonly progress?: boolean | undefined;
}): string => `${model} ${profile} ${progress}`;

/** Whether an answer speaks of this job and of the node that was asked: anything else is not worth keeping. */
export const isOf = ({ receipt }: JobAnswer, node: string, job: Job): boolean =>
  receipt.worker === node && receipt.details.nonce === job.nonce && receipt.network === job.network;

/** Runs jobs, and keeps how quick each worker was and how it ended. */
export const recorded =
  (runJob: RunJob, records: WorkerRecords): RunJob =>
  async (node, job, options = {}) => {
    const began = performance.now();
    let first: number | undefined;
    const times = (): Times => ({ began, first, ended: performance.now() });
    const end = records.begin(node, sortOf(job));
    try {
      const answer = await runJob(node, job, {
        ...options,
        onProgress(progress) {
          first ??= performance.now();
          options.onProgress?.(progress);
        },
      });
      end(answeredEnding(answer, isOf(answer, node, job), times()));
      return answer;
    } catch (error) {
      end(failedEnding(error, options.signal?.aborted ?? false, times()));
      throw error;
    }
  };
