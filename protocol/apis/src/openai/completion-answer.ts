import type { TextPiece } from '@isobit/receipt';
import {
  type AnswerOptions,
  type AnswerStream,
  type StreamOptions,
  strangeStream,
} from '../common/answer.ts';
import type { CompletionAsk } from './completion-body.ts';
import { completionProbabilities } from './log-probabilities.ts';
import { usageNumbers } from './numbers.ts';

/** The body of a plain answer of `/v1/completions` (specs/openai.md section 5). Pure, down to the order of members. */
export function completionAnswer({ response, head, receipt }: AnswerOptions<CompletionAsk>) {
  return {
    id: head.id,
    object: 'text_completion',
    created: head.created,
    model: head.model,
    choices: response.choices.map(({ text, tokens, finish, logProbabilities: steps }, index) => ({
      text,
      index,
      logprobs: steps ? completionProbabilities(tokens, steps) : null,
      finish_reason: finish,
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
  const part = (
    index: number,
    text: string,
    tokens: readonly number[],
    steps: TextPiece['logProbabilities'],
    finish: string | null,
  ): object => ({
    text,
    index,
    logprobs: steps && steps.length > 0 ? completionProbabilities(tokens, steps) : null,
    finish_reason: finish,
  });
  return {
    begin: () => [],
    piece({ choice, text, tokens, logProbabilities }) {
      if (choice >= count) throw strangeStream();
      told[choice] += text;
      given[choice] = (given[choice] ?? 0) + (logProbabilities?.length ?? 0);
      if (text === '' && !logProbabilities) return [];
      return [chunk([part(choice, text, tokens, logProbabilities, null)])];
    },
    end(response, receipt) {
      const chunks = told.map((before, index) => {
        const answered = response.choices[index];
        if (!answered?.text.startsWith(before)) throw strangeStream();
        const from = given[index] ?? 0;
        const rest = answered.text.slice(before.length);
        const steps = answered.logProbabilities?.slice(from);
        return chunk(
          [part(index, rest, answered.tokens.slice(from), steps, answered.finish)],
          index === count - 1 ? { isobit: receipt } : {},
        );
      });
      return ask.includeUsage ? [...chunks, chunk([], { usage: usageNumbers(response) })] : chunks;
    },
  };
}
