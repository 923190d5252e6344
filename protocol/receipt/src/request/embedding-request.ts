import { field, limits } from '@isobit/core';
import * as v from 'valibot';
import { requestHead } from './request-head.ts';

/** Texts in, one row of a tensor out for each (specs/request.md section 5). */
export const embeddingRequestSchema = v.strictObject({
  ...requestHead('embedding'),
  texts: v.pipe(v.array(field.text), v.minLength(1), v.maxLength(limits.embeddingTexts)),
});

export type EmbeddingRequest = v.InferOutput<typeof embeddingRequestSchema>;
