import { distinct, field, limits } from '@isobit/core';
import * as v from 'valibot';
import { tensorSchema } from '../tensor.ts';
import { requestHead } from './request-head.ts';

/** Tensors in, tensors out (specs/request.md section 1). */
export const tensorsRequestSchema = v.strictObject({
  ...requestHead('tensors'),
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
});

export type TensorsRequest = v.InferOutput<typeof tensorsRequestSchema>;
