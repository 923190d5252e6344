import type { EmbeddingApi, Frames, TextApi } from '../common/api.ts';
import { chatAnswer } from './chat-answer.ts';
import { type ChatAsk, readChatBody } from './chat-body.ts';
import { createChatStream } from './chat-stream.ts';
import { completionAnswer, createCompletionStream } from './completion-answer.ts';
import { type CompletionAsk, readCompletionBody } from './completion-body.ts';
import { embeddingAnswer, readEmbeddingBody } from './embedding.ts';
import { openAiError } from './error-body.ts';

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

/** Server-sent events as specs/openai.md section 4 has them. */
const frames: Frames = {
  contentType: 'text/event-stream; charset=utf-8',
  chunk: event,
  idle: ': waiting\n\n',
  end: (receipt) => `: isobit ${JSON.stringify(receipt)}\n\ndata: [DONE]\n\n`,
  fail: event,
};

export const openAiChat: TextApi<ChatAsk> = {
  prefix: 'chatcmpl-',
  read: readChatBody,
  plain: chatAnswer,
  stream: createChatStream,
  frames,
  fault: openAiError,
};

export const openAiCompletion: TextApi<CompletionAsk> = {
  prefix: 'cmpl-',
  read: readCompletionBody,
  plain: completionAnswer,
  stream: createCompletionStream,
  frames,
  fault: openAiError,
};

export const openAiEmbedding: EmbeddingApi = {
  prefix: 'embd-',
  read: readEmbeddingBody,
  answer: embeddingAnswer,
  fault: openAiError,
};
