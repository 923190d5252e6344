import type { EmbeddingAnswerOptions, EmbeddingAsk } from '../openai/embedding.ts';
import type { AnswerOptions, AnswerStream, StreamOptions } from './answer.ts';
import type { ReceiptMember } from './receipt-member.ts';
import type { TextAsk } from './text-ask.ts';

/** What a client is told of a failure. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  /** Path of the member that is at fault. */
  readonly param?: string;
}

/** How a stream of one API travels. */
export interface Frames {
  readonly contentType: string;
  chunk(chunk: object): string;
  /** A sign of life that readers pass over; absent where the API has none. */
  readonly idle?: string;
  /** What ends a stream that went well. */
  end(receipt: ReceiptMember): string;
  /** What ends one that did not. @param body as the API's `fault` gives it */
  fail(body: object): string;
}

/** What every route of an API has. */
interface Api<Ask> {
  /** Of the ids of its answers. */
  readonly prefix: string;
  read(json: unknown): Ask;
  /** A failure in the API's shape. @param status of HTTP, 400 and more */
  fault(fault: Fault, status: number): object;
}

/** One API's way to ask a language model. */
export interface TextApi<Ask extends TextAsk = TextAsk> extends Api<Ask> {
  plain(options: AnswerOptions<Ask>): object;
  stream(options: StreamOptions<Ask>): AnswerStream;
  readonly frames: Frames;
}

/** One API's way to ask for embeddings. */
export interface EmbeddingApi extends Api<EmbeddingAsk> {
  answer(options: EmbeddingAnswerOptions): object;
}
