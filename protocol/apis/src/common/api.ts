import type { TextRequest, TextResponse } from '@isobit/receipt';
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

/** What is known of a question besides its request, where a later one may go on from its answer. */
export interface TurnNote {
  /** Messages at the beginning of the prompt that are instructions for this answer alone. */
  readonly instructions: number;
  /** Characters of JSON that the body of the answer repeats of the question, and its documents do not hold. */
  readonly repeated: number;
}

/** An earlier question with its answer. */
export interface Turn extends Pick<TurnNote, 'instructions'> {
  readonly request: TextRequest;
  readonly response: TextResponse;
}

/** How questions of an API go on from earlier answers that a gateway keeps (specs/responses.md section 5). */
export interface Turns<Ask> {
  /** Id of the answer that a question goes on from. */
  previous(ask: Ask): string | undefined;
  /** The question behind all that was said before it. @throws CodedError `API_VALUE` */
  continued(ask: Ask, turn: Turn): Ask;
  /** What to keep of a question; undefined where nothing may go on from its answer. */
  note(ask: Ask): TurnNote | undefined;
}

/** One API's way to ask a language model. */
export interface TextApi<Ask extends TextAsk = TextAsk> extends Api<Ask> {
  plain(options: AnswerOptions<Ask>): object;
  stream(options: StreamOptions<Ask>): AnswerStream;
  readonly frames: Frames;
  /** Absent: a question says all. */
  readonly turns?: Turns<Ask>;
}

/** One API's way to ask for embeddings. */
export interface EmbeddingApi extends Api<EmbeddingAsk> {
  answer(options: EmbeddingAnswerOptions): object;
}
