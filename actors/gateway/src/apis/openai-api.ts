import {
  type ChatAsk,
  type CompletionAsk,
  chatAnswer,
  completionAnswer,
  createChatStream,
  createCompletionStream,
  openAiError,
  readChatBody,
  readCompletionBody,
} from '@isobit/apis';
import { tellable } from '../error-answer.ts';
import { statusOf } from '../status.ts';
import type { Frames, TextApi } from './text-api.ts';

/** Server-sent events as specs/openai.md section 4 has them. */
const frames: Frames = {
  contentType: 'text/event-stream; charset=utf-8',
  chunk: (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
  end: (receipt) => `: isobit ${JSON.stringify(receipt)}\n\ndata: [DONE]\n\n`,
  fail(error) {
    const { code, message } = tellable(error);
    return `data: ${JSON.stringify(openAiError({ code, message }, statusOf(code) ?? 500))}\n\n`;
  },
};

export const openAiChat: TextApi<ChatAsk> = {
  prefix: 'chatcmpl-',
  read: readChatBody,
  plain: chatAnswer,
  stream: createChatStream,
  frames,
};

export const openAiCompletion: TextApi<CompletionAsk> = {
  prefix: 'cmpl-',
  read: readCompletionBody,
  plain: completionAnswer,
  stream: createCompletionStream,
  frames,
};
