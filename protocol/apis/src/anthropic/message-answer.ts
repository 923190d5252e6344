import { answerTokens, type TextRequest, type TextResponse } from '@isobit/receipt';
import { type AnsweredCall, type AnswerOptions, answeredChoice } from '../common/answer.ts';
import type { ReceiptMember } from '../common/receipt-member.ts';
import type { TextAsk } from '../common/text-ask.ts';

/** What ended an answer, and what it holds (specs/anthropic.md section 3). */
export interface MessageEnd {
  readonly content: string;
  readonly calls: readonly AnsweredCall[];
  readonly reason: 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use';
  readonly sequence: string | null;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}

export function messageEnd(
  ask: Pick<TextAsk, 'offered'>,
  request: Pick<TextRequest, 'salt'>,
  response: TextResponse,
): MessageEnd {
  const {
    promptTokens,
    choices: [choice],
  } = response;
  const { text = '', finish = 'stop', stop } = choice ?? {};
  const { content, calls } = answeredChoice(ask, request, text, 0);
  const ended = stop === undefined ? 'end_turn' : 'stop_sequence';
  return {
    content,
    calls,
    reason: calls.length > 0 ? 'tool_use' : finish === 'length' ? 'max_tokens' : ended,
    sequence: calls.length > 0 ? null : (stop ?? null),
    usage: { input_tokens: promptTokens, output_tokens: answerTokens(response) },
  };
}

/** The body of a plain answer of `/v1/messages` (specs/anthropic.md section 3). Pure, down to the order of members. */
export function messageAnswer({ ask, request, response, head, receipt }: AnswerOptions<TextAsk>) {
  const { content, calls, reason, sequence, usage } = messageEnd(ask, request, response);
  return {
    id: head.id,
    type: 'message',
    role: 'assistant',
    model: head.model,
    content: [
      ...(content === '' ? [] : [{ type: 'text', text: content }]),
      ...calls.map(({ id, name, arguments: written }) => ({
        type: 'tool_use',
        id,
        name,
        input: JSON.parse(written) as object,
      })),
    ],
    stop_reason: reason,
    stop_sequence: sequence,
    usage,
    isobit: receipt,
  };
}

/** The body of an answer of `/v1/messages/count_tokens`. */
export const countAnswer = ({ response, receipt }: { response: TextResponse; receipt: ReceiptMember }) => ({
  input_tokens: response.promptTokens,
  isobit: receipt,
});
