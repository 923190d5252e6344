import { field, utf8 } from '@isobit/core';
import * as v from 'valibot';
import { ofKind } from './kind.ts';
import type { Request } from './request.ts';
import type { Response, TextResponse } from './response.ts';

const bytesUsage = v.strictObject({
  /** Bytes of the input tensors' data, or of the texts in UTF-8. */
  inputBytes: field.count,
  /** Bytes of the output tensors' data; 0 without a response. */
  outputBytes: field.count,
});

const tokensUsage = v.strictObject({
  /** Tokens of the prompt; 0 without a response, which is where they are told. */
  inputTokens: field.count,
  /** Tokens of all answers. */
  outputTokens: field.count,
});

/** The schema of a receipt's `usage` (specs/receipt.md section 4). */
export const usageSchema = v.union(
  [bytesUsage, tokensUsage],
  'must be { inputBytes, outputBytes } or { inputTokens, outputTokens }',
);

export type BytesUsage = v.InferOutput<typeof bytesUsage>;
export type TokensUsage = v.InferOutput<typeof tokensUsage>;

/** What a run took in and gave out; anyone who holds both documents computes the same numbers. */
export type Usage = BytesUsage | TokensUsage;

const decodedLength = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

const bytes = (tensors: readonly { data: string }[]): number =>
  tensors.reduce((sum, t) => sum + decodedLength(t.data), 0);

/** Tokens of all answers: those that were drawn, or as many as the server states that tells none. */
export const answerTokens = ({ choices, outputTokens }: TextResponse): number =>
  outputTokens ?? choices.reduce((sum, { tokens }) => sum + tokens.length, 0);

/**
 * Counts over documents whose tensors open (specs/request.md section 3); the data is not decoded again.
 *
 * @throws CodedError `KIND_UNSUPPORTED` for a response that is no answer to this kind of request
 */
export function usageOf(request: Request, response?: Response): Usage {
  if (request.kind === 'text') {
    if (!response) return { inputTokens: 0, outputTokens: 0 };
    const answer = ofKind(response, 'text');
    return { inputTokens: answer.promptTokens, outputTokens: answerTokens(answer) };
  }
  const inputBytes =
    request.kind === 'tensors'
      ? bytes(request.inputs)
      : request.texts.reduce((sum, text) => sum + utf8(text).length, 0);
  return { inputBytes, outputBytes: response ? bytes(ofKind(response, 'tensors').outputs) : 0 };
}
