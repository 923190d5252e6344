import type { Frames, TextApi } from '../common/api.ts';
import { openAiError } from '../openai/error-body.ts';
import { type ResponsesAsk, readResponsesBody } from './body.ts';
import { PREFIX } from './items.ts';
import { responsesAnswer } from './responses-answer.ts';
import { createResponsesStream } from './responses-stream.ts';
import { continuedAsk } from './turns.ts';

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

/** Server-sent events as specs/responses.md section 4 has them. */
const frames: Frames = {
  contentType: 'text/event-stream; charset=utf-8',
  chunk: (chunk) => event((chunk as { type: string }).type, chunk),
  end: (receipt) => `: isobit ${JSON.stringify(receipt)}\n\n`,
  fail: (body) => event('error', body),
};

export const openAiResponses: TextApi<ResponsesAsk> = {
  prefix: PREFIX,
  read: readResponsesBody,
  plain: responsesAnswer,
  stream: createResponsesStream,
  frames,
  fault: openAiError,
  turns: {
    previous: ({ previous }) => previous,
    continued: continuedAsk,
    note: ({ store, instructions, settings }) =>
      store ? { instructions, repeated: JSON.stringify(settings).length } : undefined,
  },
};
