import type { CodedError } from '@isobit/core';
import { type ExactErrorCode, exactError } from '../errors.ts';

const OUT_OF_MEMORY = /bad_alloc|bad allocation|failed to allocate|out of memory|cannot enlarge memory/i;

/** The engine reports what it caught itself in this form; anything else left it in an unknown state. */
const REPORTED = /ERROR_CODE: \d+, ERROR_MESSAGE: /;

/**
 * Turns what onnxruntime threw into a coded error. `ENGINE_CRASHED` means that the engine must not be used again.
 *
 * @param doing what the engine was asked, such as `load the model`
 * @param refusal the code where the engine itself reported an error
 */
export function engineFault(
  error: unknown,
  doing: string,
  refusal: ExactErrorCode,
): CodedError<ExactErrorCode> {
  const text = error instanceof Error ? error.message : String(error);
  if (OUT_OF_MEMORY.test(text)) {
    return exactError(
      'RUN_MEMORY',
      `the engine ran out of memory trying to ${doing}: allow more, or send a smaller batch`,
      {},
      error,
    );
  }
  if (REPORTED.test(text) || !isBroken(error)) {
    return exactError(refusal, `the engine could not ${doing}: ${shorten(text)}`, {}, error);
  }
  return exactError('ENGINE_CRASHED', `the engine broke trying to ${doing}: ${shorten(text)}`, {}, error);
}

/** A trap, an abort or a C++ exception that nobody caught (a number). */
const isBroken = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error instanceof WebAssembly.RuntimeError ||
  error instanceof RangeError ||
  /abort/i.test(error.message);

/** Without the prefix and the build machine's paths. */
const shorten = (text: string): string =>
  text
    .replace(/^.*?ERROR_MESSAGE: /s, '')
    .replace(/\/mnt\/\S*\/onnxruntime\//g, '')
    .slice(0, 400);
