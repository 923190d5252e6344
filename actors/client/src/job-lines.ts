import { CodedError, decodeCanonical, isCoded, limits } from '@isobit/core';
import {
  createProgressGuard,
  type Job,
  type JobAnswer,
  type JobProgress,
  jobAnswerKind,
  jobErrorKind,
  jobProgressKind,
} from '@isobit/receipt';
import { clientError } from './errors.ts';

export const JOB_LINES = 'application/x-ndjson';

export interface JobLinesOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
}

const NEWLINE = 0x0a;

/**
 * Reads the answer of a node that tells of a text as it comes (specs/http.md section 3), line by line: progress, and at
 * the end the answer or an error.
 *
 * @throws CodedError of the node; `NODE_PROTOCOL`, `NODE_UNREACHABLE` where it breaks off; the reason of `signal`
 */
export async function readJobLines(
  response: Response,
  job: Job,
  { signal, onProgress }: JobLinesOptions,
): Promise<JobAnswer> {
  const guard = createProgressGuard(job);
  for await (const line of linesOf(response, signal)) {
    const said = readLine(line);
    if ('answer' in said) return said.answer;
    if ('error' in said) throw said.error;
    if (!guard(said.progress))
      throw clientError('NODE_PROTOCOL', `${response.url} tells of more than the job asks for`);
    onProgress?.(said.progress);
  }
  throw clientError('NODE_UNREACHABLE', `the answer of ${response.url} broke off: ask again`);
}

type Said =
  | { readonly progress: JobProgress }
  | { readonly answer: JobAnswer }
  | { readonly error: CodedError };

function readLine(line: Uint8Array): Said {
  try {
    const value = decodeCanonical(line, limits.jobAnswerBytes);
    const stated = String((value as { isobit?: unknown } | null)?.isobit).split('/')[0];
    if (stated === 'job-progress') return { progress: jobProgressKind.parse(value) };
    if (stated !== 'job-error') return { answer: jobAnswerKind.parse(value) };
    const { code, message, retryAfterMs } = jobErrorKind.parse(value);
    return { error: new CodedError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs }) };
  } catch (error) {
    if (!isCoded(error)) throw error;
    throw clientError(
      'NODE_PROTOCOL',
      `the node sent a line that is none of a job's: ${error.message}`,
      {},
      { cause: error },
    );
  }
}

/** Lines without their ends, each as it is whole; a last one without an end is a broken one and left out. */
async function* linesOf(
  response: Response,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  // A reader, since not every browser iterates over streams.
  const reader = response.body?.getReader();
  let parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done || !value) return;
      let start = 0;
      for (let end = value.indexOf(NEWLINE); end >= 0; end = value.indexOf(NEWLINE, start)) {
        yield joined([...parts, value.subarray(start, end)]);
        parts = [];
        length = 0;
        start = end + 1;
      }
      parts.push(value.subarray(start));
      length += value.length - start;
      if (length > limits.jobAnswerBytes)
        throw clientError(
          'NODE_PROTOCOL',
          `a line of ${response.url} is longer than ${limits.jobAnswerBytes} bytes`,
        );
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (isCoded(error)) throw error;
    throw clientError(
      'NODE_UNREACHABLE',
      `the answer of ${response.url} broke off: ask again`,
      {},
      { cause: error },
    );
  } finally {
    reader?.cancel().catch(() => {});
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
