import type { AnswerOptions, AnswerStream, ReceiptMember, StreamOptions, TextAsk } from '@isobit/apis';

/** How a stream of one API travels. */
export interface Frames {
  readonly contentType: string;
  chunk(chunk: object): string;
  /** What ends a stream that went well. */
  end(receipt: ReceiptMember): string;
  /** What ends one that did not. */
  fail(error: unknown): string;
}

/** One API's way to ask a language model. */
export interface TextApi<Ask extends TextAsk> {
  /** Of the ids of its answers. */
  readonly prefix: string;
  read(json: unknown): Ask;
  plain(options: AnswerOptions<Ask>): object;
  stream(options: StreamOptions<Ask>): AnswerStream;
  readonly frames: Frames;
}
