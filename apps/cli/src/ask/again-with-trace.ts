import { AnswerError, type Client, type Question } from '@isobit/client';
import { isCoded } from '@isobit/core';
import { claimOf } from '@isobit/verify';

/**
 * After a replay refuted an answer that came without a trace: asks the same worker once more with one, so that the
 * first differing operator can be named.
 *
 * @returns the second refusal, or undefined where there is nothing more to say: the worker is honest now, or gone
 */
export async function askAgainWithTrace(
  client: Client,
  question: Question,
  { evidence, verdict }: AnswerError,
): Promise<AnswerError | undefined> {
  const { status, method } = claimOf(verdict, 'execution');
  if (status !== 'refuted' || method !== 'replay' || evidence.trace) return undefined;
  try {
    await client.infer({ ...question, trace: true, routing: { worker: evidence.receipt.worker } });
    return undefined;
  } catch (error) {
    question.signal?.throwIfAborted();
    if (error instanceof AnswerError && claimOf(error.verdict, 'execution').operator) return error;
    if (isCoded(error)) return undefined;
    throw error;
  }
}
