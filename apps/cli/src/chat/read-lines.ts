import { cliError } from '../errors.ts';

/** A line that a person types, or a program pipes: longer ones are no talk. */
const LONGEST = 1 << 20;

/**
 * Lines of a stream, without their ends, as they come. An abort ends the wait for one.
 *
 * @throws CodedError `FILE` for a line above a mebibyte; what the signal aborts with
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const onAbort = (): void => reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  const decoder = new TextDecoder();
  const iterator = stream[Symbol.asyncIterator]();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield line.replace(/\r$/, '');
      if (rest.length > LONGEST) throw cliError('FILE', `a line is longer than ${LONGEST} characters`);
      if (!done) continue;
      if (rest !== '') yield rest;
      return;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
