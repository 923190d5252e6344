import { createTextRequest, type Job, jobKind, llmExact, networkId, openGenesis } from '@isobit/receipt';
import { chatBody, LONG_TOKENS, QUESTION } from './stub-answer.ts';

/** Where the question is asked, in the words of that place. */
export interface Place {
  readonly url: string;
  readonly plain: Uint8Array;
  readonly stream: Uint8Array;
}

/** @param model as it is named there */
export const chatAt = (url: string, model: string): Place => ({
  url: `${url}/v1/chat/completions`,
  plain: chatBody(model, QUESTION, false),
  stream: chatBody(model, QUESTION, true),
});

/** @param model id */
export function jobsAt(url: string, model: string): Place {
  const request = createTextRequest({
    model,
    profile: llmExact.name,
    salt: new Uint8Array(32).fill(7),
    prompt: { messages: [{ role: 'user', content: QUESTION }], now: 1 },
    sampling: { temperature: '0' },
    maxTokens: LONG_TOKENS,
  });
  const job: Job = {
    isobit: 'job/1',
    request,
    nonce: 'ab'.repeat(32),
    trace: false,
    network: networkId(openGenesis),
    deadlineMs: 60_000,
    witnesses: 0,
  };
  return { url, plain: jobKind.encode(job), stream: jobKind.encode({ ...job, progress: true }) };
}
