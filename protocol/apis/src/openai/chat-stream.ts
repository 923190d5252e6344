import { createShownText } from '../calls/shown-text.ts';
import { type AnswerStream, type StreamOptions, strangeStream } from '../common/answer.ts';
import { chatChoice, type ToolCall } from './chat-answer.ts';
import type { ChatAsk } from './chat-body.ts';
import { type TokenProbability, tokenProbabilities } from './log-probabilities.ts';
import { usageNumbers } from './numbers.ts';

interface Delta {
  readonly role?: 'assistant';
  readonly content?: string;
  readonly tool_calls?: readonly (ToolCall & { readonly index: number })[];
}

/** A streamed answer of `/v1/chat/completions` (specs/openai.md section 4). */
export function createChatStream({ ask, request, head }: StreamOptions<ChatAsk>): AnswerStream {
  const count = request.choices ?? 1;
  const hasProbabilities = request.logProbabilities !== undefined;
  const progress = Array.from({ length: count }, () => ({
    shown: createShownText(ask.offered.length > 0),
    told: '',
    /** Log probabilities told, and those of them that a chunk held. */
    waiting: [] as TokenProbability[],
    given: 0,
  }));

  const chunk = (choices: readonly object[], more: object = {}): object => ({
    id: head.id,
    object: 'chat.completion.chunk',
    created: head.created,
    model: head.model,
    choices,
    system_fingerprint: head.fingerprint,
    ...(ask.includeUsage ? { usage: null } : {}),
    ...more,
  });
  const choice = (
    index: number,
    delta: Delta,
    probabilities: readonly TokenProbability[],
    finish: string | null = null,
  ): object => ({
    index,
    delta,
    logprobs: hasProbabilities && probabilities.length > 0 ? { content: probabilities, refusal: null } : null,
    finish_reason: finish,
  });

  return {
    begin: () => progress.map((_, index) => chunk([choice(index, { role: 'assistant', content: '' }, [])])),
    piece(piece) {
      const { choice: index, text } = piece;
      const state = progress[index];
      if (!state) throw strangeStream();
      state.told += text;
      state.waiting.push(...tokenProbabilities(piece));
      const content = state.shown.add(text);
      if (content === '') return [];
      const probabilities = state.waiting.splice(0);
      state.given += probabilities.length;
      return [chunk([choice(index, { content }, probabilities)])];
    },
    end(response, receipt) {
      const chunks = progress.flatMap((state, index) => {
        const answered = response.choices[index];
        if (!answered?.text.startsWith(state.told)) throw strangeStream();
        const { content, calls, finish } = chatChoice(ask, request, answered, index);
        const rest = content.slice(state.shown.length);
        const left = tokenProbabilities(answered).slice(state.given);
        const numbered = calls.map((call, at) => ({ index: at, ...call }));
        const isLast = index === count - 1;
        return [
          ...(rest === '' ? [] : [chunk([choice(index, { content: rest }, left.splice(0))])]),
          ...(numbered.length === 0
            ? []
            : [chunk([choice(index, { tool_calls: numbered }, left.splice(0))])]),
          chunk([choice(index, {}, left, finish)], isLast ? { isobit: receipt } : {}),
        ];
      });
      return ask.includeUsage ? [...chunks, chunk([], { usage: usageNumbers(response) })] : chunks;
    },
  };
}
