import type { TextRequest, TextResponse } from '@isobit/receipt';
import { type AnswerOptions, answeredChoice } from '../common/answer.ts';
import type { ChatAsk } from './chat-body.ts';
import { tokenProbabilities } from './log-probabilities.ts';
import { usageNumbers } from './numbers.ts';

/** A call as answers and deltas hold it. */
export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface ChatChoice {
  readonly content: string;
  readonly calls: readonly ToolCall[];
  readonly finish: 'stop' | 'length' | 'tool_calls';
}

/** One answer's words and calls (specs/openai.md section 3). */
export function chatChoice(
  ask: Pick<ChatAsk, 'offered'>,
  request: Pick<TextRequest, 'salt'>,
  { text, finish }: TextResponse['choices'][number],
  choice: number,
): ChatChoice {
  const { content, calls } = answeredChoice(ask, request, text, choice);
  return {
    content,
    calls: calls.map(({ id, name, arguments: written }) => ({
      id,
      type: 'function',
      function: { name, arguments: written },
    })),
    finish: calls.length > 0 ? 'tool_calls' : finish,
  };
}

/** The body of a plain answer of `/v1/chat/completions` (specs/openai.md section 3). Pure, down to the order of members. */
export function chatAnswer({ ask, request, response, head, receipt }: AnswerOptions<ChatAsk>) {
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: response.choices.map((each, index) => {
      const { content, calls, finish } = chatChoice(ask, request, each, index);
      return {
        index,
        message: {
          role: 'assistant',
          content: calls.length > 0 && content === '' ? null : content,
          refusal: null,
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        logprobs: each.logProbabilities ? { content: tokenProbabilities(each), refusal: null } : null,
        finish_reason: finish,
      };
    }),
    usage: usageNumbers(response),
    system_fingerprint: head.fingerprint,
    isobit: receipt,
  };
}
