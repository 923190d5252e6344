import { isCoded, limits } from '@isobit/core';
import {
  type Job,
  type JobAnswer,
  jobAcceptedKind,
  jobAnswerKind,
  jobErrorKind,
  type TextPiece,
} from '@isobit/receipt';
import type { Peer } from '../host/routes.ts';
import { networkLimits } from '../limits.ts';
import type { FrameStream } from '../wire/frame-stream.ts';
import { pause } from '../wire/time.ts';
import { errorDocument, jobError, readCancel } from './job-frames.ts';
import { createTelling } from './tell-progress.ts';

export interface JobContext {
  /** Aborts with a coded reason: `JOB_CANCELLED`, `JOB_DEADLINE`, `JOB_MALFORMED`. */
  readonly signal: AbortSignal;
  readonly peer: Peer;
  /** Tells the client that its job waits behind `position` others. Once; without it the job counts as running soon after it came. */
  accept(position: number): void;
  /** Tells the client of a piece of a text; present where its job asks for that. */
  readonly onPiece?: (piece: TextPiece) => void;
}

/**
 * Runs one job. A coded error of the jobs' list reaches the client as it is (`details.retryAfterMs` too), any other
 * as `JOB_FAILED`. After an abort it may still return an answer whose receipt tells of that end.
 */
export type JobHandler = (job: Job, context: JobContext) => Promise<JobAnswer>;

/** Runs one job whose document has come, up to its last frame; holds on for as long as the handler works. */
export async function runOnWorker(
  stream: FrameStream,
  job: Job,
  { handler, peer, closing }: { handler: JobHandler; peer: Peer; closing: AbortSignal },
): Promise<void> {
  const end = new AbortController();
  const cancel = (reason: unknown) => end.abort(reason);
  const deadline = setTimeout(
    () => cancel(jobError('JOB_DEADLINE', `no answer within the ${job.deadlineMs} ms that the client gave`)),
    job.deadlineMs,
  );
  const onClosing = () => cancel(jobError('JOB_UNAVAILABLE', 'this worker is stopping: ask another one'));
  closing.addEventListener('abort', onClosing, { once: true });
  stream.onGone(() => cancel(jobError('JOB_CANCELLED', 'the client is gone')));
  const over = new AbortController();
  void watchForCancel(stream, over.signal, cancel);
  const accepting = createAccept(stream);
  const telling = createTelling(stream, accepting);
  const timer = setTimeout(() => accepting.accept(0), networkLimits.acceptAfterMs);
  try {
    const running = handler(job, {
      signal: end.signal,
      peer,
      accept: accepting.accept,
      ...(job.progress ? { onPiece: telling.tell } : {}),
    });
    const outcome = await settle(running, end.signal);
    clearTimeout(timer);
    await accepting.sent();
    await telling.sent();
    if ('bytes' in outcome) await stream.write(outcome.bytes);
    else await sendError(stream, outcome.error);
    // The slot is held for as long as the handler works, answered or not.
    await running.catch(() => {});
  } finally {
    over.abort();
    clearTimeout(deadline);
    clearTimeout(timer);
    closing.removeEventListener('abort', onClosing);
  }
}

/** The handler's end; after an abort it has a moment to hand over a receipt that tells of it. */
async function settle(
  running: Promise<JobAnswer>,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array } | { error: unknown }> {
  const outcome = running.then(answerBytes).then(
    (bytes) => ({ bytes }),
    (error: unknown) => ({ error: signal.aborted ? signal.reason : error }),
  );
  const late = Promise.withResolvers<{ error: unknown }>();
  const onAbort = () =>
    void pause(networkLimits.jobGraceMs, new AbortController().signal).then(() =>
      late.resolve({ error: signal.reason }),
    );
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([outcome, late.promise]);
}

/** @throws CodedError `JOB_LIMIT` above what a client reads, or as `jobAnswerKind.parse` */
function answerBytes(answer: JobAnswer): Uint8Array {
  const checked = jobAnswerKind.parse(answer);
  try {
    return jobAnswerKind.encode(checked);
  } catch (error) {
    throw isCoded(error, 'CANONICAL_INVALID')
      ? jobError('JOB_LIMIT', `the answer does not travel: ${error.message}`)
      : error;
  }
}

/** A client that only closes its sending half still waits for its answer; anything but a cancel is nonsense. */
async function watchForCancel(
  stream: FrameStream,
  over: AbortSignal,
  cancel: (reason: unknown) => void,
): Promise<void> {
  try {
    const frame = await stream.read(limits.documentBytes, { signal: over });
    if (!frame) return;
    readCancel(frame.bytes);
    cancel(jobError('JOB_CANCELLED', 'the client withdrew the job'));
  } catch (error) {
    if (!over.aborted)
      cancel(
        isCoded(error) && error.code === 'JOB_MALFORMED'
          ? error
          : jobError('JOB_CANCELLED', 'the client is gone'),
      );
  }
}

function createAccept(stream: FrameStream) {
  let sending: Promise<void> | undefined;
  return {
    accept(position: number): void {
      sending ??= stream
        .write(jobAcceptedKind.encode({ isobit: 'job-accepted/1', position }))
        .catch(() => {});
    },
    /** So that two frames never mix. Later calls of `accept` say nothing. */
    sent: async (): Promise<void> => {
      sending ??= Promise.resolve();
      await sending;
    },
  };
}

/** Sends whatever a handler threw in its wire form. */
export const sendError = (stream: FrameStream, error: unknown, signal?: AbortSignal): Promise<void> =>
  stream.write(jobErrorKind.encode(errorDocument(error)), signal);
