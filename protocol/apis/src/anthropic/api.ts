import type { Frames, TextApi } from '../common/api.ts';
import { anthropicError } from './error-body.ts';
import { countAnswer, messageAnswer } from './message-answer.ts';
import { readCountBody, readMessageBody } from './message-body.ts';
import { createMessageStream } from './message-stream.ts';

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

/** Server-sent events as specs/anthropic.md section 4 has them. */
const frames: Frames = {
  contentType: 'text/event-stream; charset=utf-8',
  chunk: (chunk) => event((chunk as { type: string }).type, chunk),
  idle: event('ping', { type: 'ping' }),
  end: (receipt) => `: isobit ${JSON.stringify(receipt)}\n\n`,
  fail: (body) => event('error', body),
};

export const anthropicMessages: TextApi = {
  prefix: 'msg_',
  read: readMessageBody,
  plain: messageAnswer,
  stream: createMessageStream,
  frames,
  fault: anthropicError,
};

/** Never streamed. */
export const anthropicCount: TextApi = {
  ...anthropicMessages,
  prefix: 'count_',
  read: readCountBody,
  plain: countAnswer,
};
