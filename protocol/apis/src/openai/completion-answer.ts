import {
  type AnswerOptions,
  type AnswerStream,
  type StreamOptions,
  strangeStream,
} from '../common/answer.ts';
import type { CompletionAsk } from './completion-body.ts';
import { createCompletionProbabilities, type StatedTokens } from './log-probabilities.ts';
import { usageNumbers } from './numbers.ts';

/** The body of a plain answer of `/v1/completions` (specs/openai.md section 5). Pure, down to the order of members. */
export function completionAnswer({ response, head, receipt }: AnswerOptions<CompletionAsk>) {
  return {
    id: head.id,
    object: 'text_completion',
    created: head.created,
    model: head.model,
    choices: response.choices.map((choice, index) => ({
      text: choice.text,
      index,
      logprobs: createCompletionProbabilities()(choice),
      finish_reason: choice.finish,
    })),
    usage: usageNumbers(response),
    system_fingerprint: head.fingerprint,
    isobit: receipt,
  };
}

/** A streamed answer of `/v1/completions`: chunks of its plain form. */
export function createCompletionStream({ ask, request, head }: StreamOptions<CompletionAsk>): AnswerStream {
  const count = request.choices ?? 1;
  const told = new Array<string>(count).fill('');
  const given = new Array<number>(count).fill(0);
  const probabilities = told.map(createCompletionProbabilities);
  const chunk = (choices: readonly object[], more: object = {}): object => ({
    id: head.id,
    object: 'text_completion',
    created: head.created,
    model: head.model,
    choices,
    system_fingerprint: head.fingerprint,
    ...(ask.includeUsage ? { usage: null } : {}),
    ...more,
  });
  const part = (index: number, text: string, stated: StatedTokens, finish: string | null): object => ({
    text,
    index,
    logprobs: (stated.logProbabilities?.length && probabilities[index]?.(stated)) || null,
    finish_reason: finish,
  });
  return {
    begin: () => [],
    piece(piece) {
      const { choice, text, logProbabilities } = piece;
      if (choice >= count) throw strangeStream();
      told[choice] += text;
      given[choice] = (given[choice] ?? 0) + (logProbabilities?.length ?? 0);
      if (text === '' && !logProbabilities) return [];
      return [chunk([part(choice, text, piece, null)])];
    },
    end(response, receipt) {
      const chunks = told.map((before, index) => {
        const answered = response.choices[index];
        if (!answered?.text.startsWith(before)) throw strangeStream();
        const from = given[index] ?? 0;
        const rest = answered.text.slice(before.length);
        const left = {
          ...answered,
          tokens: answered.tokens.slice(from),
          logProbabilities: answered.logProbabilities?.slice(from),
        };
        return chunk(
          [part(index, rest, left, answered.finish)],
          index === count - 1 ? { isobit: receipt } : {},
        );
      });
      return ask.includeUsage ? [...chunks, chunk([], { usage: usageNumbers(response) })] : chunks;
    },
  };
}
