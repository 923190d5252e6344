import { limits } from '@isobit/core';
import * as v from 'valibot';

const text = v.pipe(v.string(), v.nonEmpty(), v.maxBytes(limits.grammarBytes));

/** What the answer's form must be (specs/request.md section 4.4). Read by the engine, not here. */
export const grammarSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('json') }),
  /** JSON Schema as JSON text. */
  v.strictObject({ kind: v.literal('schema'), schema: text }),
  v.strictObject({ kind: v.literal('gbnf'), grammar: text }),
]);

export type Grammar = v.InferOutput<typeof grammarSchema>;
