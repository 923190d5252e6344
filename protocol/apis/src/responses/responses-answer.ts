import type { AnswerHead, AnswerOptions } from '../common/answer.ts';
import { usageNumbers } from '../openai/numbers.ts';
import type { ResponsesAsk } from './body.ts';
import { answered, callItem, messageId, messageItem, textPart } from './items.ts';

interface Ending {
  readonly status: 'in_progress' | 'completed' | 'incomplete';
  readonly output: readonly object[];
  /** What stands behind the settings. */
  readonly more: object;
}

/** The object `response`, whole or as it begins (specs/responses.md section 3). */
export const responseObject = (ask: ResponsesAsk, head: AnswerHead, { status, output, more }: Ending) => ({
  id: head.id,
  object: 'response',
  created_at: head.created,
  status,
  background: false,
  error: null,
  incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
  model: head.model,
  output,
  ...ask.settings,
  reasoning: { effort: null, summary: null },
  service_tier: 'default',
  truncation: 'disabled',
  system_fingerprint: head.fingerprint,
  ...more,
});

/** The body of a plain answer of `/v1/responses`. Pure, down to the order of members. */
export function responsesAnswer({ ask, request, response, head, receipt }: AnswerOptions<ResponsesAsk>) {
  const { content, calls, hasMessage, status, logprobs } = answered(ask, request, response);
  const message = messageItem(messageId(head), status, [textPart(content, logprobs)]);
  const { prompt_tokens, completion_tokens, total_tokens } = usageNumbers(response);
  return responseObject(ask, head, {
    status,
    output: [...(hasMessage ? [message] : []), ...calls.map((call) => callItem(call, 'completed'))],
    more: {
      usage: {
        input_tokens: prompt_tokens,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: completion_tokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens,
      },
      isobit: receipt,
    },
  });
}
