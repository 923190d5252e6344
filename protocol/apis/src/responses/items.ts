import type { TextRequest, TextResponse } from '@isobit/receipt';
import { type AnsweredCall, type AnswerHead, answeredChoice } from '../common/answer.ts';
import { type StatedTokens, type TokenProbability, tokenProbabilities } from '../openai/log-probabilities.ts';
import type { ResponsesAsk } from './body.ts';

type Status = 'in_progress' | 'completed' | 'incomplete';

/** Log probabilities as this API types them: `bytes` is a list, empty where nobody states them. */
export type ItemProbability = Omit<TokenProbability, 'bytes' | 'top_logprobs'> & {
  readonly bytes: readonly number[];
  readonly top_logprobs: readonly object[];
};

export const itemProbabilities = (stated: StatedTokens): ItemProbability[] =>
  tokenProbabilities(stated).map((each) => ({
    ...each,
    bytes: each.bytes ?? [],
    top_logprobs: each.top_logprobs.map((one) => ({ ...one, bytes: one.bytes ?? [] })),
  }));

export const textPart = (text: string, logprobs: readonly ItemProbability[]) => ({
  type: 'output_text',
  text,
  annotations: [],
  logprobs,
});

export const messageItem = (id: string, status: Status, content: readonly object[]) => ({
  id,
  type: 'message',
  status,
  role: 'assistant',
  content,
});

export const callItem = ({ id, name, arguments: written }: AnsweredCall, status: Status) => ({
  id: `fc_${id}`,
  type: 'function_call',
  status,
  call_id: id,
  name,
  arguments: written,
});

/** Of the ids of answers. */
export const PREFIX = 'resp_';

/** The id of an answer's message: the answer's, with another prefix. */
export const messageId = ({ id }: AnswerHead): string => `msg_${id.slice(PREFIX.length)}`;

/** What an answer holds (specs/responses.md section 3). */
export interface Answered {
  readonly content: string;
  readonly calls: readonly AnsweredCall[];
  /** Whether it holds a message: words, or nothing at all. */
  readonly hasMessage: boolean;
  readonly status: 'completed' | 'incomplete';
  readonly logprobs: readonly ItemProbability[];
}

export function answered(
  ask: Pick<ResponsesAsk, 'offered'>,
  request: Pick<TextRequest, 'salt'>,
  { choices: [choice] }: TextResponse,
): Answered {
  const { text = '', finish = 'stop' } = choice ?? {};
  const { content, calls } = answeredChoice(ask, request, text, 0);
  return {
    content,
    calls,
    hasMessage: content !== '' || calls.length === 0,
    status: finish === 'length' && calls.length === 0 ? 'incomplete' : 'completed',
    logprobs: choice ? itemProbabilities(choice) : [],
  };
}
