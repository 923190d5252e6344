import { fromHex, limits, toBase64 } from '@isobit/core';
import {
  createEmbeddingRequest,
  type EmbeddingRequest,
  embeddingTokens,
  responseTensors,
  type TensorsResponse,
} from '@isobit/receipt';
import type { AnswerHead } from '../common/answer.ts';
import { type ClientChoice, readClientChoice } from '../common/client-choice.ts';
import { Members } from '../common/members.ts';
import { readModel } from '../common/model-member.ts';
import type { ReceiptMember } from '../common/receipt-member.ts';
import { apiError } from '../errors.ts';
import { ADVICE } from './shared.ts';

/** What the body of `/v1/embeddings` asks. */
export interface EmbeddingAsk {
  readonly model: string;
  readonly texts: readonly string[];
  readonly format: 'float' | 'base64';
  readonly choice: ClientChoice;
}

/**
 * Reads the body of `/v1/embeddings` (specs/openai.md section 6).
 *
 * @throws CodedError `API_MALFORMED`, `API_UNSUPPORTED`, `API_VALUE`, naming the member
 */
export function readEmbeddingBody(json: unknown): EmbeddingAsk {
  const body = new Members(json, '');
  const model = readModel(body);
  const texts = readTexts(body);
  const format = body.text('encoding_format') ?? 'float';
  if (format !== 'float' && format !== 'base64') throw body.outside('encoding_format', '"float" or "base64"');
  const choice = readClientChoice(body);
  body.ignore('user');
  body.done(ADVICE);
  return { model, texts, format, choice };
}

/** One text or a list of them in the member `input`. @throws CodedError of the `API_` codes */
export function readTexts(body: Members): string[] {
  const value = body.required('input', body.take('input'));
  const list = typeof value === 'string' ? [value] : body.required('input', body.list('input'));
  if (list.length === 0 || list.length > limits.embeddingTexts)
    throw body.outside('input', `a text or a list of 1 to ${limits.embeddingTexts} texts`);
  if (list.some((each) => typeof each === 'number' || Array.isArray(each)))
    throw body.unsupported('input', 'must be texts: tokens are not served');
  const texts = list.filter((each) => typeof each === 'string' && each.isWellFormed());
  if (texts.length < list.length) throw body.wrong('input', 'a text or a list of texts');
  return texts as string[];
}

/** @param head what is used where the client chose none: profile, 32 bytes of salt */
export const requestOfEmbedding = ({
  ask: { texts, choice },
  model,
  profile,
  salt,
}: {
  readonly ask: EmbeddingAsk;
  readonly model: string;
  readonly profile: string;
  readonly salt: Uint8Array;
}): EmbeddingRequest =>
  createEmbeddingRequest({
    model,
    profile: choice.profile ?? profile,
    salt: choice.salt === undefined ? salt : fromHex(choice.salt),
    texts,
  });

export interface EmbeddingAnswerOptions {
  readonly ask: EmbeddingAsk;
  readonly response: TensorsResponse;
  readonly head: Pick<AnswerHead, 'model'>;
  readonly receipt: ReceiptMember;
}

/**
 * The body of an answer of `/v1/embeddings` (specs/openai.md section 6).
 *
 * @throws CodedError `API_VALUE` for a response that is no embedding of these texts, `TENSOR_INVALID`
 */
export function embeddingAnswer(options: EmbeddingAnswerOptions) {
  const tokens = tokensOfTexts(options);
  return {
    object: 'list',
    data: embeddingRows(options).map((embedding, index) => ({ object: 'embedding', index, embedding })),
    model: options.head.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
    isobit: options.receipt,
  };
}

/** Tokens of the texts; 0 where the response does not tell them. @throws CodedError `TENSOR_INVALID` */
export const tokensOfTexts = ({ ask, response }: EmbeddingAnswerOptions): number =>
  embeddingTokens(response, ask.texts.length) ?? 0;

/** A row for each text, in the form asked for. @throws CodedError as `embeddingAnswer` */
export function embeddingRows({ ask, response }: EmbeddingAnswerOptions): (string | number[])[] {
  const [tensor] = responseTensors(response);
  const [rows, width] = tensor?.shape ?? [];
  if (tensor?.datatype !== 'FP32' || tensor.shape.length !== 2 || rows !== ask.texts.length)
    throw apiError('API_VALUE', 'the response is no embedding of these texts');
  const bytes = (width as number) * Float32Array.BYTES_PER_ELEMENT;
  return ask.texts.map((_, index) =>
    rowOf(tensor.data.slice(index * bytes, (index + 1) * bytes), ask.format),
  );
}

function rowOf(row: Uint8Array, format: EmbeddingAsk['format']): string | number[] {
  if (format === 'base64') return toBase64(row);
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  return Array.from({ length: row.byteLength / 4 }, (_, at) => view.getFloat32(at * 4, true));
}
