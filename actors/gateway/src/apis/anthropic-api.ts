import {
  anthropicError,
  countAnswer,
  createMessageStream,
  messageAnswer,
  readCountBody,
  readMessageBody,
  type TextAsk,
} from '@isobit/apis';
import { tellable } from '../error-answer.ts';
import { statusOf } from '../status.ts';
import type { Frames, TextApi } from './text-api.ts';

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

/** Server-sent events as specs/anthropic.md section 4 has them. */
const frames: Frames = {
  contentType: 'text/event-stream; charset=utf-8',
  chunk: (chunk) => event((chunk as { type: string }).type, chunk),
  end: (receipt) => `: isobit ${JSON.stringify(receipt)}\n\n`,
  fail(error) {
    const { code, message } = tellable(error);
    return event('error', anthropicError({ code, message }, statusOf(code) ?? 500));
  },
};

export const anthropicMessages: TextApi<TextAsk> = {
  prefix: 'msg_',
  read: readMessageBody,
  plain: messageAnswer,
  stream: createMessageStream,
  frames,
};

/** Never streamed. */
export const anthropicCount: TextApi<TextAsk> = {
  ...anthropicMessages,
  prefix: 'count_',
  read: readCountBody,
  plain: countAnswer,
};
