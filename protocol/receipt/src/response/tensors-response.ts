import { distinct, limits } from '@isobit/core';
import * as v from 'valibot';
import { tensorSchema } from '../tensor.ts';

export const tensorsResponseSchema = v.strictObject({
  isobit: v.literal('response/1'),
  kind: v.literal('tensors'),
  outputs: v.pipe(
    v.array(tensorSchema),
    v.minLength(1),
    v.maxLength(limits.tensors),
    v.check((tensors) => distinct(tensors.map((t) => t.name)), 'must hold each name once'),
  ),
});

export type TensorsResponse = v.InferOutput<typeof tensorsResponseSchema>;
