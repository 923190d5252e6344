import {
  type Job,
  type JobAnswer,
  type Response,
  requestDigest,
  responseDigest,
  saltOf,
} from '@isobit/receipt';
import { gatewayError } from './errors.ts';

const JOB_CODES = { cancelled: 'JOB_CANCELLED', limit: 'JOB_LIMIT', failed: 'JOB_FAILED' } as const;

/**
 * The response of a worker's answer. That the receipt speaks of this job and of this response is checked, so that
 * the receipt named beside the answer is one about it; whether either is true is for the verifier to say.
 *
 * @throws CodedError `ANSWER_UNFIT`, or the error of a run that did not complete
 */
export function responseOf(job: Job, { receipt, response }: JobAnswer, digest: string): Response {
  const unfit = (why: string) =>
    gatewayError(
      'ANSWER_UNFIT',
      `worker ${receipt.worker} answered with a receipt ${why}: ask another worker`,
    );
  if (receipt.request !== requestDigest(job.request) || receipt.model !== job.request.model)
    throw unfit('of another request');
  if (receipt.details.nonce !== job.nonce) throw unfit('whose nonce is another: an old one');
  if (receipt.network !== job.network) throw unfit('of another network');
  if (receipt.outcome !== 'complete') {
    const { error = 'no reason given' } = receipt.details;
    throw gatewayError(JOB_CODES[receipt.outcome], `the run ended as "${receipt.outcome}": ${error}`, {
      receipt: digest,
    });
  }
  if (!response) throw unfit('and without a response');
  if (receipt.response !== responseDigest(response, saltOf(job.request))) throw unfit('of another response');
  return response;
}
