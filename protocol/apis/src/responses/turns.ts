import { limits } from '@isobit/core';
import { type ChatMessage, isChat } from '@isobit/receipt';
import { answeredChoice } from '../common/answer.ts';
import type { Turn } from '../common/api.ts';
import { apiError } from '../errors.ts';
import type { ResponsesAsk } from './body.ts';

/**
 * What was said up to the end of an answer: the messages of its request without its instructions, and the answer as the
 * message that its items stand for (specs/responses.md section 5).
 */
function historyOf({ request, response, instructions }: Turn): ChatMessage[] {
  const { prompt } = request;
  if (!isChat(prompt)) return [];
  const offered = (prompt.tools ?? []).map(({ name }) => name);
  const { content, calls } = answeredChoice({ offered }, request, response.choices[0]?.text ?? '', 0);
  const answered = { role: 'assistant', content, ...(calls.length > 0 ? { toolCalls: [...calls] } : {}) };
  return [...prompt.messages.slice(instructions), answered];
}

/**
 * A question behind all that was said before it, so that its request holds the whole of it and anyone can run it again.
 *
 * @throws CodedError `API_VALUE` for more messages than a request holds
 */
export function continuedAsk(ask: ResponsesAsk, turn: Turn): ResponsesAsk {
  const { messages } = ask.prompt;
  const all = [
    ...messages.slice(0, ask.instructions),
    ...historyOf(turn),
    ...messages.slice(ask.instructions),
  ];
  if (all.length > limits.chatMessages)
    throw apiError(
      'API_VALUE',
      `"previous_response_id" leads to a conversation of more than ${limits.chatMessages} messages: begin another`,
      'previous_response_id',
    );
  return { ...ask, prompt: { ...ask.prompt, messages: all } };
}
