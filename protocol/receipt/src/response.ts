import { distinct, documentKind, limits, toHex } from '@isobit/core';
import * as v from 'valibot';
import { canonicalNaN, type Tensor, tensorFromDocument, tensorSchema, tensorToDocument } from './tensor.ts';

/** What the function gave, and nothing that could differ between two honest runs (specs/response.md). */
export const responseKind = documentKind(
  'response/1',
  v.strictObject({
    isobit: v.literal('response/1'),
    kind: v.literal('tensors'),
    outputs: v.pipe(
      v.array(tensorSchema),
      v.minLength(1),
      v.maxLength(limits.tensors),
      v.check((tensors) => distinct(tensors.map((t) => t.name)), 'must hold each name once'),
    ),
  }),
  limits.exchangeBytes,
);

export type Response = ReturnType<typeof responseKind.parse>;

/** NaN is made canonical here, so that engines need not care. @throws CodedError `TENSOR_INVALID`, `DOCUMENT_INVALID` */
export const createResponse = (outputs: readonly Tensor[]): Response =>
  responseKind.parse({
    isobit: 'response/1',
    kind: 'tensors',
    outputs: outputs.map((tensor) => tensorToDocument(canonicalNaN(tensor))),
  });

/** @throws CodedError `TENSOR_INVALID` */
export const responseTensors = (response: Response): Tensor[] => response.outputs.map(tensorFromDocument);

/** 64 hex characters; `salt` is the request's. */
export const responseDigest = (response: Response, salt: Uint8Array): string =>
  toHex(responseKind.digest(response, salt));
