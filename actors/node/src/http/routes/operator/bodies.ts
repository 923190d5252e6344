import { field, limits } from '@isobit/core';
import { isModelPath } from '@isobit/model';
import * as v from 'valibot';

/** Ten years: whoever wants more wants a key that does not expire. */
const MOST_LIFETIME_MS = 3_650 * 86_400_000;
/** Models that one key may be for: each question looks through them. */
const MOST_MODELS = 100;

/** A name, version or petname as people write it. */
export const label = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/,
    'must be 1 to 64 of a-z 0-9 . _ - and begin and end with a letter or digit',
  ),
);

/** Body of `POST /api/models`. */
export const publicationBody = v.strictObject({
  name: label,
  version: v.optional(label),
  files: v.pipe(
    v.array(
      v.strictObject({
        path: v.custom<string>(isModelPath, 'must be a relative path'),
        root: field.hex32,
        size: field.count,
      }),
    ),
    v.minLength(1),
    v.maxLength(limits.manifestFiles),
  ),
  entry: v.string(),
  title: v.optional(field.name),
  task: v.optional(field.name),
  licence: v.optional(field.name),
  parent: v.optional(field.cid),
  card: v.optional(field.canonical),
});

const wanted = v.strictObject({ ref: v.string() });

/** The same as clients of Ollama's API ask; older ones call the model a name. */
const ollamaPull = v.strictObject({
  model: v.optional(v.string()),
  name: v.optional(v.string()),
  stream: v.optional(v.boolean()),
  insecure: v.optional(v.boolean()),
});

/** Body of `POST /api/pull`. */
export const pullBody = v.union([wanted, ollamaPull], 'must be {"ref": …}');

/** Body of `POST /api/replicate`. */
export const replicateBody = v.union(
  [wanted, v.strictObject({ all: v.literal(true), bytes: v.optional(field.count) })],
  'must be {"ref": …} or {"all": true}',
);

const bounded = (least: number, most: number) =>
  v.pipe(
    field.count,
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

/** Body of `POST /api/keys`. */
export const keyBody = v.strictObject({
  name: label,
  /** From now on. */
  lifetimeMs: v.optional(bounded(1_000, MOST_LIFETIME_MS)),
  requestsPerMinute: v.optional(bounded(1, limits.keyRequestsPerMinute)),
  tokensPerDay: v.optional(bounded(1, Number.MAX_SAFE_INTEGER)),
  concurrent: v.optional(bounded(1, limits.keyConcurrent)),
  models: v.optional(v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(MOST_MODELS))),
});

/** Body of `PUT /api/petnames/{petname}`. */
export const petnameBody = v.strictObject({ key: field.address });
