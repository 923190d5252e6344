import { type chatAnswer, decodeBody, openAiChat } from '@isobit/apis';
import { utf8 } from '@isobit/core';
import { ofKind } from '@isobit/receipt';
import type { CheckedResponse } from '../question.ts';
import { answerQuestion, memberOf, readQuestion } from './answer-text.ts';
import type { CheckedFetchOptions } from './checked-fetch.ts';
import type { CheckedMember } from './checked-member.ts';

export interface ChatOptions {
  readonly signal?: AbortSignal;
  /**
   * Told the words of the first answer as they come, and the rest of them before the answer is returned. Provisional, as in
   * `CheckedFetchSettings.stream`; calls of tools are never told.
   */
  readonly onWords?: (words: string) => void;
}

/** In the words of OpenAI's chat API (specs/openai.md section 3), with what was checked in the member `isobit`. */
export type ChatCompletion = Omit<ReturnType<typeof chatAnswer>, 'isobit'> & {
  readonly isobit: CheckedMember;
};

export interface ChatAnswer extends Pick<CheckedResponse, 'evidence' | 'verdict'> {
  readonly completion: ChatCompletion;
}

interface Chunk {
  readonly choices: readonly { readonly index: number; readonly delta: { readonly content?: string } }[];
}

/**
 * Answers a body of `/v1/chat/completions`, once the answer is checked.
 *
 * @throws AnswerError `ANSWER_REFUTED`, `ANSWER_UNCHECKED`; CodedError `API_MALFORMED`, `API_UNSUPPORTED`, `API_VALUE` and of
 *   the node; the reason of `signal`
 */
export async function askChat(
  body: object,
  { signal = new AbortController().signal, onWords }: ChatOptions,
  options: CheckedFetchOptions,
): Promise<ChatAnswer> {
  const question = await readQuestion(
    openAiChat,
    { json: decodeBody(utf8(JSON.stringify(body))), demands: {}, signal },
    options,
  );
  const chunks = openAiChat.stream(question);
  const tell = (list: readonly object[]): void => {
    for (const { choices } of list as readonly Chunk[])
      for (const { index, delta } of choices) if (index === 0 && delta.content) onWords?.(delta.content);
  };
  const isProvisional = onWords !== undefined && options.stream !== 'verified';
  const answered = await answerQuestion(
    question,
    signal,
    options,
    isProvisional ? (piece) => tell(chunks.piece(piece)) : undefined,
  );
  const { evidence, verdict } = answered;
  const receipt = memberOf(question, answered);
  const response = ofKind(answered.response, 'text');
  tell(chunks.end(response, receipt));
  const completion = openAiChat.plain({ ...question, response, receipt }) as ChatCompletion;
  return { completion, evidence, verdict };
}
