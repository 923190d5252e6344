import { distinct, documentKind, field, fromHex, limits, toHex } from '@isobit/core';
import * as v from 'valibot';
import { type Tensor, tensorFromDocument, tensorSchema, tensorToDocument } from './tensor.ts';

/** What is asked, whole: with the model and the profile it determines the response (specs/request.md). */
export const requestKind = documentKind(
  'request/1',
  v.strictObject({
    isobit: v.literal('request/1'),
    /** `tensors` here; the language-model spec adds its own kind. */
    kind: v.literal('tensors'),
    model: field.cid,
    /** Name of the profile asked for. */
    profile: field.name,
    /** 32 random bytes chosen by the client: without it nobody can guess the content behind a public digest. */
    salt: field.hex32,
    inputs: v.pipe(
      v.array(tensorSchema),
      v.maxLength(limits.tensors),
      v.check((tensors) => distinct(tensors.map((t) => t.name)), 'must hold each name once'),
    ),
    /** Names of the outputs wanted, in this order; all of them, in the manifest's order, when absent. */
    outputs: v.optional(
      v.pipe(
        v.array(field.name),
        v.minLength(1),
        v.maxLength(limits.tensors),
        v.check((names) => distinct(names), 'must hold each name once'),
      ),
    ),
  }),
  limits.exchangeBytes,
);

export type Request = ReturnType<typeof requestKind.parse>;

export interface RequestOptions {
  readonly model: string;
  readonly profile: string;
  /** 32 bytes. */
  readonly salt: Uint8Array;
  readonly inputs: readonly Tensor[];
  readonly outputs?: readonly string[];
}

/** @throws CodedError `TENSOR_INVALID`, `DOCUMENT_INVALID` */
export const createRequest = ({ model, profile, salt, inputs, outputs }: RequestOptions): Request =>
  requestKind.parse({
    isobit: 'request/1',
    kind: 'tensors',
    model,
    profile,
    salt: toHex(salt),
    inputs: inputs.map(tensorToDocument),
    ...(outputs ? { outputs: [...outputs] } : {}),
  });

/** Inputs as tensors, checked. @throws CodedError `TENSOR_INVALID` */
export const requestTensors = (request: Request): Tensor[] => request.inputs.map(tensorFromDocument);

export const saltOf = (request: Request): Uint8Array => fromHex(request.salt);

/** 64 hex characters: `sha256("isobit/request/1" ‖ 0 ‖ salt ‖ bytes)`. */
export const requestDigest = (request: Request): string =>
  toHex(requestKind.digest(request, saltOf(request)));
