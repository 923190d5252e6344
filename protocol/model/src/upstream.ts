import { documentKind, field } from '@isobit/core';
import * as v from 'valibot';

/** Path of the one file of a model whose format is `upstream`. */
export const upstreamEntry = 'upstream.json';

/** What stands in it: a server's name for a model of which nothing else is known (specs/manifest.md section 7). */
export const upstreamKind = documentKind(
  'upstream/1',
  v.strictObject({
    isobit: v.literal('upstream/1'),
    /** The model's name in questions to the server. */
    model: field.name,
  }),
);

export type Upstream = ReturnType<typeof upstreamKind.parse>;
