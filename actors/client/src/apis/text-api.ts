import {
  type AnswerOptions,
  type AnswerStream,
  chatAnswer,
  completionAnswer,
  createChatStream,
  createCompletionStream,
  type ReceiptMember,
  readChatBody,
  readCompletionBody,
  type StreamOptions,
  type TextAsk,
} from '@isobit/apis';

/** One API's way to ask a language model: its bodies, and how they travel. */
export interface TextApi<Ask extends TextAsk> {
  /** Of the ids of its answers. */
  readonly prefix: string;
  read(json: unknown): Ask;
  plain(options: AnswerOptions<Ask>): object;
  stream(options: StreamOptions<Ask>): AnswerStream;
  readonly contentType: string;
  chunk(chunk: object): string;
  /** What ends a stream that went well. */
  end(receipt: ReceiptMember): string;
}

const events = {
  contentType: 'text/event-stream; charset=utf-8',
  chunk: (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`,
  end: (receipt: ReceiptMember) => `: isobit ${JSON.stringify(receipt)}\n\ndata: [DONE]\n\n`,
};

const openAiChat = {
  prefix: 'chatcmpl-',
  read: readChatBody,
  plain: chatAnswer,
  stream: createChatStream,
  ...events,
};

const openAiCompletion = {
  prefix: 'cmpl-',
  read: readCompletionBody,
  plain: completionAnswer,
  stream: createCompletionStream,
  ...events,
};

/** By the path behind the node's address. */
export const textApis: ReadonlyMap<string, TextApi<TextAsk>> = new Map<string, unknown>([
  ['/v1/chat/completions', openAiChat],
  ['/v1/completions', openAiCompletion],
]) as ReadonlyMap<string, TextApi<TextAsk>>;
