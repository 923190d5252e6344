import { isCoded } from '@isobit/core';
import type { RunJob } from '@isobit/network';
import type { Job, JobAnswer } from '@isobit/receipt';
import { answeredEnding, failedEnding, type Times } from './endings.ts';
import type { WorkerRecords } from './worker-records.ts';

/** Jobs whose times may be compared: of one model and profile. */
export const sortOf = ({ model, profile }: Pick<Job['request'], 'model' | 'profile'>): string =>
  `${model} ${profile}`;

/** Whether an answer speaks of this job and of the node that was asked: anything else is not worth keeping. */
export const isOf = ({ receipt }: JobAnswer, node: string, job: Job): boolean =>
  receipt.worker === node && receipt.details.nonce === job.nonce && receipt.network === job.network;

/**
 * Runs jobs, and keeps how quick each worker was and how it ended.
 *
 * @param unreadOf characters of what is asked that a worker has not read before
 */
export const recorded =
  (runJob: RunJob, records: WorkerRecords, unreadOf: (node: string) => number): RunJob =>
  async (node, job, options = {}) => {
    const began = performance.now();
    let first: number | undefined;
    const unread = unreadOf(node);
    const times = (): Times => ({ began, first, ended: performance.now(), unread });
    const end = records.begin(node, sortOf(job.request));
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
      const isLeft = options.signal?.aborted ?? false;
      const reason: unknown = isLeft ? options.signal?.reason : error;
      // Who was left because of its silence is to blame, and for no other reason.
      end(failedEnding(reason, isLeft && !isCoded(reason, 'PEER_SILENT'), times()));
      throw error;
    }
  };
