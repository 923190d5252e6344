import { AnswerError, type Check, type Client, type ResolvedModel, type TextQuestion } from '@isobit/client';
import type { ChatMessage, Evidence, TextPiece } from '@isobit/receipt';
import type { Verdict } from '@isobit/verify';

export interface ConversationOptions {
  readonly client: Client;
  readonly model: ResolvedModel;
  readonly check: Check;
  /** What the model is told before all. */
  readonly system: string | undefined;
  readonly maxTokens: number;
  readonly sampling: TextQuestion['sampling'];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What came of one turn. */
export interface Turn {
  readonly text: string;
  readonly verdict: Verdict;
  /** The error that says why the answer is not to be believed. */
  readonly refused?: AnswerError;
}

/** A conversation and what is known of its last answer. */
export interface Conversation {
  /** @throws CodedError of the node; what the signal aborts with */
  say(words: string, onPiece: (piece: TextPiece) => void, signal: AbortSignal): Promise<Turn>;
  /** Evidence of the last answer, refused or not. */
  readonly evidence: Evidence | undefined;
  /** Forgets what was said. */
  begin(): void;
}

export function createConversation(options: ConversationOptions): Conversation {
  const { client, model, check, system, maxTokens, sampling, clock } = options;
  const opening: readonly ChatMessage[] = system === undefined ? [] : [{ role: 'system', content: system }];
  let said = opening;
  let evidence: Evidence | undefined;
  return {
    get evidence() {
      return evidence;
    },
    begin() {
      said = opening;
    },
    async say(words, onPiece, signal) {
      const messages = [...said, { role: 'user', content: words }];
      try {
        const answer = await client.generate({
          model,
          prompt: { messages, now: clock() },
          maxTokens,
          ...(sampling ? { sampling } : {}),
          check,
          signal,
          onPiece,
        });
        ({ evidence } = answer);
        const text = answer.response.choices[0]?.text ?? '';
        said = [...messages, { role: 'assistant', content: text }];
        return { text, verdict: answer.verdict };
      } catch (error) {
        if (!(error instanceof AnswerError)) throw error;
        // What is not to be believed is no part of what the model is told next.
        ({ evidence } = error);
        return { text: '', verdict: error.verdict, refused: error };
      }
    },
  };
}
