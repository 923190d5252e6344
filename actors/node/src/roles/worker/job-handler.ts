import { type CodedError, isCoded } from '@isobit/core';
import type { LoadedModel } from '@isobit/exact';
import {
  type Job,
  type JobAnswer,
  type LogEvidence,
  type Outcome,
  type Profile,
  profileByName,
  profileDigest,
  type ReceiptBody,
  type ReceiptDetails,
  type Response,
  requestDigest,
  responseDigest,
  saltOf,
  type TextPiece,
  type Trace,
  traceRoot,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import type { Shelf } from '../../models/shelf.ts';
import type { SigningGate } from '../../signing-gate.ts';
import { asJobError, jobError } from './job-error.ts';
import type { ReceiptCommitter } from './receipt-committer.ts';

export interface JobHandlerOptions {
  /** Address of the node that signs. */
  readonly worker: string;
  /** Digest of the network's genesis; 64 hex characters. */
  readonly network: string;
  readonly shelf: Pick<Shelf, 'borrow'>;
  readonly gate: Pick<SigningGate, 'check'>;
  readonly committer: Pick<ReceiptCommitter, 'expect'>;
  /** Waits until `count` witnesses cosigned a log that holds the entry, and gives the newest evidence; best effort. */
  readonly witnessed: (log: LogEvidence, count: number, signal: AbortSignal) => Promise<LogEvidence>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Runs a job: what a worker does between the question and the signed, logged answer.
 *
 * @throws CodedError of the jobs' list
 */
export type JobHandler = (job: Job, options: JobHandlerContext) => Promise<JobAnswer>;

export interface JobHandlerContext {
  readonly signal: AbortSignal;
  /** Told of a text as it comes; provisional. */
  readonly onPiece?: (piece: TextPiece) => void;
}

interface Run {
  readonly outcome: Outcome;
  readonly response?: Response;
  readonly trace?: Trace;
  readonly error?: CodedError;
}

export function createJobHandler({
  worker,
  network,
  shelf,
  gate,
  committer,
  witnessed,
  clock,
}: JobHandlerOptions): JobHandler {
  /** Profiles are few, and their digests never change. */
  const profiles = new Map<Profile, string>();
  function digestOf(profile: Profile): string {
    const digest = profiles.get(profile) ?? profileDigest(profile);
    profiles.set(profile, digest);
    return digest;
  }

  function bodyOf(job: Job, profile: Profile, engine: ReceiptDetails['engine'], run: Run): ReceiptBody {
    const { request, nonce } = job;
    const salt = saltOf(request);
    return {
      network,
      model: request.model,
      profile: digestOf(profile),
      request: requestDigest(request),
      response: run.response ? responseDigest(run.response, salt) : ZERO_HASH,
      trace: run.trace ? traceRoot(run.trace, salt) : ZERO_HASH,
      outcome: run.outcome,
      time: clock(),
      worker,
      payment: ZERO_HASH,
      details: {
        nonce,
        usage: { ...usageOf(request, run.response) },
        engine,
        ...(run.error ? { error: run.error.code } : {}),
      },
    };
  }

  async function answer(job: Job, { signal, onPiece }: JobHandlerContext): Promise<JobAnswer> {
    if (job.network !== network)
      throw jobError('JOB_NETWORK', `the job is for network ${job.network}, this worker's is ${network}`);
    // Before the run, so that nobody waits for what will not be signed.
    gate.check();
    const profile = profileOf(job.request.profile);
    using borrowed = await shelf.borrow(job.request.model, profile, signal);
    using coming = committer.expect();
    const running = runOnce(borrowed.loaded, job, profile, { signal, ...(onPiece ? { onPiece } : {}) });
    running.catch(() => undefined);
    // Remembered for the receipt: the engine's process works meanwhile.
    requestDigest(job.request);
    const run = await running;
    const committed = await coming.commit(bodyOf(job, profile, borrowed.engine, run));
    if (run.error) throw run.error;
    const log = job.witnesses > 0 ? await witnessed(committed.log, job.witnesses, signal) : committed.log;
    return {
      isobit: 'job-answer/1',
      receipt: committed.receipt,
      log,
      ...(run.response ? { response: run.response } : {}),
      ...(run.trace ? { trace: run.trace } : {}),
    };
  }

  return async (job, context) => {
    const { signal } = context;
    try {
      return await answer(job, context);
    } catch (error) {
      throw jobErrorOf(error, signal);
    }
  };
}

function profileOf(name: string): Profile {
  try {
    return profileByName(name);
  } catch {
    throw jobError('JOB_PROFILE_UNSUPPORTED', `profile "${name.slice(0, 80)}" is not known to this worker`);
  }
}

/** Whether a run ended because its signal told it to. */
const isGivenUp = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && (!isCoded(error) || error.code === 'RUN_ABORTED');

/** A job's error in the words of its client. An engine only knows that it was stopped; the signal knows why. */
const jobErrorOf = (error: unknown, signal: AbortSignal): CodedError =>
  isGivenUp(error, signal) ? endedBy(signal) : asJobError(error);

/** Why a job was given up: what its signal says where that is one of the jobs' codes, else that nobody waits. */
const endedBy = ({ reason }: AbortSignal): CodedError =>
  isCoded(reason) ? asJobError(reason) : jobError('JOB_CANCELLED', 'the client withdrew the job', {}, reason);

/**
 * Runs the request. An input that does not fit is the asker's error and leaves no receipt; a run that began and
 * did not complete leaves one that says how it ended.
 */
async function runOnce(
  loaded: LoadedModel,
  job: Job,
  profile: Profile,
  context: JobHandlerContext,
): Promise<Run> {
  try {
    const { response, trace } = await loaded.execute(job.request, {
      trace: job.trace && profile.exact,
      ...context,
    });
    return { outcome: 'complete', response, ...(trace ? { trace } : {}) };
  } catch (error) {
    const coded = jobErrorOf(error, context.signal);
    const outcome = isGivenUp(error, context.signal) ? 'cancelled' : outcomeOf(coded.code);
    if (!outcome) throw coded;
    return { outcome, error: coded };
  }
}

function outcomeOf(code: string): Exclude<Outcome, 'complete'> | undefined {
  if (code === 'JOB_CANCELLED' || code === 'JOB_DEADLINE') return 'cancelled';
  if (code === 'JOB_LIMIT') return 'limit';
  return code === 'JOB_FAILED' ? 'failed' : undefined;
}
