import { createShownText } from '../calls/shown-text.ts';
import { type AnsweredCall, type AnswerStream, type StreamOptions, strangeStream } from '../common/answer.ts';
import type { ResponsesAsk } from './body.ts';
import {
  answered,
  callItem,
  type ItemProbability,
  itemProbabilities,
  messageId,
  messageItem,
  textPart,
} from './items.ts';
import { responseObject, responsesAnswer } from './responses-answer.ts';

/** A streamed answer of `/v1/responses`: its events, each named by its member `type` (specs/responses.md section 4). */
export function createResponsesStream({ ask, request, head }: StreamOptions<ResponsesAsk>): AnswerStream {
  const shown = createShownText(ask.offered.length > 0);
  const place = { item_id: messageId(head), output_index: 0, content_index: 0 };
  /** Log probabilities told, and those of them that an event held. */
  const waiting: ItemProbability[] = [];
  let given = 0;
  let told = '';
  let isOpen = false;
  let sequence = 0;
  const event = (type: string, members: object) => ({ type, sequence_number: sequence++, ...members });

  function open(): object[] {
    if (isOpen) return [];
    isOpen = true;
    return [
      event('response.output_item.added', {
        output_index: 0,
        item: messageItem(place.item_id, 'in_progress', []),
      }),
      event('response.content_part.added', { ...place, part: textPart('', []) }),
    ];
  }

  /** Words, in an item that begins with the first of them. */
  function words(delta: string, logprobs: () => readonly ItemProbability[]): object[] {
    if (delta === '') return [];
    return [...open(), event('response.output_text.delta', { ...place, delta, logprobs: logprobs() })];
  }

  function callEvents(call: AnsweredCall, index: number): object[] {
    const item = callItem(call, 'completed');
    const at = { item_id: item.id, output_index: index };
    const begun = callItem({ ...call, arguments: '' }, 'in_progress');
    return [
      event('response.output_item.added', { output_index: index, item: begun }),
      event('response.function_call_arguments.delta', { ...at, delta: call.arguments }),
      event('response.function_call_arguments.done', { ...at, name: call.name, arguments: call.arguments }),
      event('response.output_item.done', { output_index: index, item }),
    ];
  }

  return {
    begin() {
      const response = responseObject(ask, head, { status: 'in_progress', output: [], more: {} });
      return [event('response.created', { response }), event('response.in_progress', { response })];
    },
    piece(piece) {
      const { choice, text } = piece;
      if (choice !== 0) throw strangeStream();
      told += text;
      waiting.push(...itemProbabilities(piece));
      return words(shown.add(text), () => {
        const logprobs = waiting.splice(0);
        given += logprobs.length;
        return logprobs;
      });
    },
    end(response, receipt) {
      if (!response.choices[0]?.text.startsWith(told)) throw strangeStream();
      const { content, calls, hasMessage, status, logprobs } = answered(ask, request, response);
      const rest = words(content.slice(shown.length), () => logprobs.slice(given));
      const part = textPart(content, logprobs);
      const closing = hasMessage
        ? [
            ...open(),
            event('response.output_text.done', { ...place, text: content, logprobs }),
            event('response.content_part.done', { ...place, part }),
            event('response.output_item.done', {
              output_index: 0,
              item: messageItem(place.item_id, status, [part]),
            }),
          ]
        : [];
      const first = hasMessage ? 1 : 0;
      const called = calls.flatMap((call, at) => callEvents(call, first + at));
      const whole = responsesAnswer({ ask, request, response, head, receipt });
      return [...rest, ...closing, ...called, event(`response.${status}`, { response: whole })];
    },
    failed(body) {
      const { error } = body as { error: { code: string; message: string; param: string | null } };
      const { code, message, param } = error;
      return event('error', { code, message, param, error });
    },
  };
}
