import { answerTokens, type TextResponse } from '@isobit/receipt';
import { createShownText } from '../calls/shown-text.ts';
import {
  type AnsweredCall,
  type AnswerHead,
  type AnswerOptions,
  type AnswerStream,
  answeredChoice,
  type StreamOptions,
  strangeStream,
} from '../common/answer.ts';
import type { ReceiptMember } from '../common/receipt-member.ts';
import type { TextAsk } from '../common/text-ask.ts';

/** How one of the two routes holds words and calls: in a message, or as a text. */
type Hold = (words: string, calls?: readonly AnsweredCall[]) => object;

const inMessage: Hold = (content, calls = []) => ({
  message: {
    role: 'assistant',
    content,
    ...(calls.length > 0
      ? {
          tool_calls: calls.map(({ name, arguments: written }) => ({
            function: { name, arguments: JSON.parse(written) as object },
          })),
        }
      : {}),
  },
});
const asText: Hold = (response) => ({ response });

const begun = ({ model, created }: AnswerHead) => ({
  model,
  created_at: new Date(created * 1000).toISOString(),
});

const ended = (response: TextResponse, receipt: ReceiptMember) => ({
  done_reason: response.choices[0]?.finish ?? 'stop',
  done: true,
  prompt_eval_count: response.promptTokens,
  eval_count: answerTokens(response),
  isobit: receipt,
});

const plain =
  (hold: Hold) =>
  ({ ask, request, response, head, receipt }: AnswerOptions<TextAsk>): object => {
    const { content, calls } = answeredChoice(ask, request, response.choices[0]?.text ?? '', 0);
    return { ...begun(head), ...hold(content, calls), ...ended(response, receipt) };
  };

const streamed =
  (hold: Hold) =>
  ({ ask, request, head }: StreamOptions<TextAsk>): AnswerStream => {
    const shown = createShownText(ask.offered.length > 0);
    let told = '';
    const line = (words: string, calls?: readonly AnsweredCall[]): object[] =>
      words === '' && !calls ? [] : [{ ...begun(head), ...hold(words, calls), done: false }];
    return {
      begin: () => [],
      piece({ choice, text }) {
        if (choice !== 0) throw strangeStream();
        told += text;
        return line(shown.add(text));
      },
      end(response, receipt) {
        const text = response.choices[0]?.text ?? '';
        if (!text.startsWith(told)) throw strangeStream();
        const { content, calls } = answeredChoice(ask, request, text, 0);
        return [
          ...line(content.slice(shown.length)),
          ...(calls.length > 0 ? line('', calls) : []),
          { ...begun(head), ...hold(''), ...ended(response, receipt) },
        ];
      },
    };
  };

/** The body of a plain answer of `/api/chat` (specs/ollama.md section 3). Pure, down to the order of members. */
export const ollamaChatAnswer = plain(inMessage);
/** Its lines where it is streamed. */
export const createOllamaChatStream = streamed(inMessage);
/** The body of a plain answer of `/api/generate` (specs/ollama.md section 4). */
export const ollamaGenerateAnswer = plain(asText);
/** Its lines where it is streamed. */
export const createOllamaGenerateStream = streamed(asText);
