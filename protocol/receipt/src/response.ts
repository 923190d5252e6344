import { documentKind, limits, toHex } from '@isobit/core';
import * as v from 'valibot';
import { ofKind } from './kind.ts';
import type { Request } from './request.ts';
import { type TensorsResponse, tensorsResponseSchema } from './response/tensors-response.ts';
import { type TextChoice, type TextResponse, textResponseSchema } from './response/text-response.ts';
import { canonicalNaN, type Tensor, tensorFromDocument, tensorToDocument } from './tensor.ts';

export type { TensorsResponse } from './response/tensors-response.ts';
export type { TextChoice, TextResponse } from './response/text-response.ts';

/** What the function gave, and nothing that could differ between two honest runs (specs/response.md). */
export const responseKind = documentKind(
  'response/1',
  v.variant('kind', [tensorsResponseSchema, textResponseSchema]),
  limits.exchangeBytes,
);

export type Response = TensorsResponse | TextResponse;

/** NaN is made canonical here, so that engines need not care. @throws CodedError `TENSOR_INVALID`, `DOCUMENT_INVALID` */
export const createResponse = (outputs: readonly Tensor[]): TensorsResponse => {
  const response: Response = responseKind.parse({
    isobit: 'response/1',
    kind: 'tensors',
    outputs: outputs.map((tensor) => tensorToDocument(canonicalNaN(tensor))),
  });
  return ofKind(response, 'tensors');
};

export interface TextResponseOptions {
  readonly promptTokens: number;
  readonly choices: readonly TextChoice[];
  /** As a server states it that gives no tokens. */
  readonly outputTokens?: number;
}

/** @throws CodedError `DOCUMENT_INVALID` */
export const createTextResponse = ({
  promptTokens,
  choices,
  outputTokens,
}: TextResponseOptions): TextResponse => {
  const response: Response = responseKind.parse({
    isobit: 'response/1',
    kind: 'text',
    promptTokens,
    choices: [...choices],
    ...(outputTokens === undefined ? {} : { outputTokens }),
  });
  return ofKind(response, 'text');
};

/** @throws CodedError `TENSOR_INVALID`, `KIND_UNSUPPORTED` for other kinds */
export const responseTensors = (response: Response): Tensor[] =>
  ofKind(response, 'tensors').outputs.map(tensorFromDocument);

/** 64 hex characters; `salt` is the request's. */
export const responseDigest = (response: Response, salt: Uint8Array): string =>
  toHex(responseKind.digest(response, salt));

/** The kind of response that answers a request. */
export const answerKind = (request: Pick<Request, 'kind'>): Response['kind'] =>
  request.kind === 'text' ? 'text' : 'tensors';
