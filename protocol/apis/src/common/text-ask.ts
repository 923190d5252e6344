import { fromHex, limits } from '@isobit/core';
import {
  type ChatPrompt,
  type CompletionPrompt,
  createTextRequest,
  type TextRequest,
  type TokensPrompt,
} from '@isobit/receipt';
import type { ClientChoice } from './client-choice.ts';

/** What a body of any API asks of a language model, before model, profile, salt and time are known. */
export interface TextAsk
  extends Pick<TextRequest, 'sampling' | 'stop' | 'choices' | 'logProbabilities' | 'grammar'> {
  /** The model as the client names it. */
  readonly model: string;
  readonly prompt: Omit<ChatPrompt, 'now'> | CompletionPrompt | TokensPrompt;
  /** Absent: as many as the context takes. */
  readonly maxTokens?: number;
  /** Names of the tools whose calls are read out of the answer; empty: the answer is text whatever it says. */
  readonly offered: readonly string[];
  readonly stream: boolean;
  readonly choice: ClientChoice;
}

export interface RequestOfAskOptions {
  readonly ask: TextAsk;
  /** Id of the model that `ask.model` leads to. */
  readonly model: string;
  /** Used where the client chose none: name of the profile, 32 bytes, milliseconds since 1970. */
  readonly profile: string;
  readonly salt: Uint8Array;
  readonly now: number;
}

/**
 * The canonical request that a body stands for (specs/apis.md section 3). Pure: a client computes the same from what
 * it sent and the member `isobit` of the answer.
 *
 * @throws CodedError `DOCUMENT_INVALID` for what passes a limit of specs/request.md
 */
export function requestOfAsk({ ask, model, profile, salt, now }: RequestOfAskOptions): TextRequest {
  const { prompt, maxTokens = limits.answerTokens, choice } = ask;
  const { sampling, stop, choices, logProbabilities, grammar } = ask;
  return createTextRequest({
    model,
    profile: choice.profile ?? profile,
    salt: choice.salt === undefined ? salt : fromHex(choice.salt),
    prompt: 'messages' in prompt ? { ...prompt, now: choice.now ?? now } : prompt,
    maxTokens,
    ...(sampling ? { sampling } : {}),
    ...(stop ? { stop } : {}),
    ...(choices === undefined ? {} : { choices }),
    // No client of these APIs has a tokenizer to read them with.
    ...(logProbabilities === undefined ? {} : { logProbabilities, tokenBytes: true as const }),
    ...(grammar ? { grammar } : {}),
  });
}
