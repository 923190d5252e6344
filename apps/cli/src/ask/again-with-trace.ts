import { AnswerError } from '@isobit/client';
import { isCoded } from '@isobit/core';
import { claimOf } from '@isobit/verify';

/**
 * After a replay refuted an answer that came without a trace: asks the same worker once more with one, so that the
 * first differing operator can be named.
 *
 * @param ask the same question, with a trace, of the same worker
 * @returns the second refusal, or undefined where there is nothing more to say: the worker is honest now, or gone
 */
export async function askAgainWithTrace(
  { evidence, verdict }: AnswerError,
  ask: () => Promise<unknown>,
): Promise<AnswerError | undefined> {
  const { status, method } = claimOf(verdict, 'execution');
  if (status !== 'refuted' || method !== 'replay' || evidence.trace) return undefined;
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (error instanceof AnswerError && claimOf(error.verdict, 'execution').operator) return error;
    if (isCoded(error)) return undefined;
    throw error;
  }
}
