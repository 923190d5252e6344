import type { TextPiece, TextRequest, TextResponse } from '@isobit/receipt';
import { callId } from '../calls/call-id.ts';
import { readCalls } from '../calls/read-calls.ts';
import { apiError } from '../errors.ts';
import type { ReceiptMember } from './receipt-member.ts';
import type { TextAsk } from './text-ask.ts';

/** What stands around the choices of an answer. */
export interface AnswerHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The model that ran. */
  readonly model: string;
  readonly fingerprint: string;
}

export interface AnswerOptions<Ask> {
  readonly ask: Ask;
  readonly request: TextRequest;
  readonly response: TextResponse;
  readonly head: AnswerHead;
  readonly receipt: ReceiptMember;
}

/** The chunks of a streamed answer, as JSON values, in order. */
export interface AnswerStream {
  begin(): object[];
  /** Chunks of a piece: provisional, and never a call, a finish reason or an end. */
  piece(piece: TextPiece): object[];
  /**
   * The rest, once the response is there with its receipt.
   *
   * @throws CodedError `API_STREAM` where what was told is not what the response says
   */
  end(response: TextResponse, receipt: ReceiptMember): object[];
  /** A failure as this stream tells it; absent: as the API's `fault` gives it. */
  failed?(body: object): object;
}

export interface StreamOptions<Ask> {
  readonly ask: Ask;
  readonly request: TextRequest;
  readonly head: AnswerHead;
}

/** A call with its id. */
export interface AnsweredCall {
  readonly id: string;
  readonly name: string;
  /** JSON text of an object. */
  readonly arguments: string;
}

/** One answer's words and calls (specs/apis.md section 5). */
export interface AnsweredChoice {
  readonly content: string;
  readonly calls: readonly AnsweredCall[];
}

export function answeredChoice(
  { offered }: Pick<TextAsk, 'offered'>,
  { salt }: Pick<TextRequest, 'salt'>,
  text: string,
  choice: number,
): AnsweredChoice {
  const { content, calls } = readCalls(text, offered);
  return { content, calls: calls.map((call, index) => ({ id: callId(salt, choice, index), ...call })) };
}

/** The error for a worker that contradicts what it told. */
export const strangeStream = () =>
  apiError('API_STREAM', 'what was told of the text as it came is not what the answer says: ask again');
