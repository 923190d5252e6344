import { createShownText } from '../calls/shown-text.ts';
import { type AnsweredCall, type AnswerStream, type StreamOptions, strangeStream } from '../common/answer.ts';
import type { TextAsk } from '../common/text-ask.ts';
import { messageEnd } from './message-answer.ts';

/** A streamed answer of `/v1/messages`: its events, each named by its member `type` (specs/anthropic.md section 4). */
export function createMessageStream({ ask, request, head }: StreamOptions<TextAsk>): AnswerStream {
  const shown = createShownText(ask.offered.length > 0);
  let told = '';
  let isOpen = false;

  /** Words, in a block that begins with the first of them. */
  function words(text: string): object[] {
    if (text === '') return [];
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
    if (isOpen) return [delta];
    isOpen = true;
    const block = { type: 'text', text: '' };
    return [{ type: 'content_block_start', index: 0, content_block: block }, delta];
  }

  return {
    begin: () => [
      {
        type: 'message_start',
        message: {
          id: head.id,
          type: 'message',
          role: 'assistant',
          model: head.model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 0, output_tokens: 0 },
        },
      },
    ],
    piece({ choice, text }) {
      if (choice !== 0) throw strangeStream();
      told += text;
      return words(shown.add(text));
    },
    end(response, receipt) {
      if (!response.choices[0]?.text.startsWith(told)) throw strangeStream();
      const { content, calls, reason, sequence, usage } = messageEnd(ask, request, response);
      const rest = words(content.slice(shown.length));
      const first = isOpen ? 1 : 0;
      return [
        ...rest,
        ...(isOpen ? [{ type: 'content_block_stop', index: 0 }] : []),
        ...calls.flatMap((call, at) => callEvents(call, first + at)),
        {
          type: 'message_delta',
          delta: { stop_reason: reason, stop_sequence: sequence },
          usage,
          isobit: receipt,
        },
        { type: 'message_stop' },
      ];
    },
  };
}

const callEvents = ({ id, name, arguments: written }: AnsweredCall, index: number): object[] => [
  { type: 'content_block_start', index, content_block: { type: 'tool_use', id, name, input: {} } },
  { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: written } },
  { type: 'content_block_stop', index },
];
