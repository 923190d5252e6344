import { documentKind, fromHex, limits, toHex } from '@isobit/core';
import * as v from 'valibot';
import { ofKind } from './kind.ts';
import { type EmbeddingRequest, embeddingRequestSchema } from './request/embedding-request.ts';
import { type TensorsRequest, tensorsRequestSchema } from './request/tensors-request.ts';
import { type TextRequest, textRequestSchema } from './request/text-request.ts';
import { type Tensor, tensorFromDocument, tensorToDocument } from './tensor.ts';

export type { EmbeddingRequest } from './request/embedding-request.ts';
export type { Grammar } from './request/grammar.ts';
export * from './request/prompt.ts';
export {
  type Sampling,
  type SamplingNumbers,
  samplingNumbers,
  seedOfSalt,
} from './request/sampling.ts';
export type { TensorsRequest } from './request/tensors-request.ts';
export type { TextRequest } from './request/text-request.ts';

/** What is asked, whole: with the model and the profile it determines the response (specs/request.md). */
export const requestKind = documentKind(
  'request/1',
  v.variant('kind', [tensorsRequestSchema, textRequestSchema, embeddingRequestSchema]),
  limits.exchangeBytes,
);

export type Request = TensorsRequest | TextRequest | EmbeddingRequest;

interface RequestHead {
  readonly model: string;
  readonly profile: string;
  /** 32 bytes. */
  readonly salt: Uint8Array;
}

export interface RequestOptions extends RequestHead {
  readonly inputs: readonly Tensor[];
  readonly outputs?: readonly string[];
}

/** A request of tensors. @throws CodedError `TENSOR_INVALID`, `DOCUMENT_INVALID` */
export const createRequest = ({ inputs, outputs, ...head }: RequestOptions): TensorsRequest =>
  parse('tensors', head, {
    inputs: inputs.map(tensorToDocument),
    ...(outputs ? { outputs: [...outputs] } : {}),
  });

export type TextRequestOptions = RequestHead & Omit<TextRequest, 'isobit' | 'kind' | keyof RequestHead>;

/** @throws CodedError `DOCUMENT_INVALID` */
export const createTextRequest = ({ model, profile, salt, ...members }: TextRequestOptions): TextRequest =>
  parse('text', { model, profile, salt }, members);

export interface EmbeddingRequestOptions extends RequestHead {
  readonly texts: readonly string[];
}

/** @throws CodedError `DOCUMENT_INVALID` */
export const createEmbeddingRequest = ({ texts, ...head }: EmbeddingRequestOptions): EmbeddingRequest =>
  parse('embedding', head, { texts: [...texts] });

function parse<K extends Request['kind']>(
  kind: K,
  { model, profile, salt }: RequestHead,
  members: object,
): Extract<Request, { kind: K }> {
  const request: Request = requestKind.parse({
    ...members,
    isobit: 'request/1',
    kind,
    model,
    profile,
    salt: toHex(salt),
  });
  return ofKind(request, kind);
}

/** Inputs as tensors, checked. @throws CodedError `TENSOR_INVALID`, `KIND_UNSUPPORTED` for other kinds */
export const requestTensors = (request: Request): Tensor[] =>
  ofKind(request, 'tensors').inputs.map(tensorFromDocument);

export const saltOf = (request: Request): Uint8Array => fromHex(request.salt);

/** 64 hex characters: `sha256("isobit/request/1" ‖ 0 ‖ salt ‖ bytes)`. */
export const requestDigest = (request: Request): string =>
  toHex(requestKind.digest(request, saltOf(request)));
