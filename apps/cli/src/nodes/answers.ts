import { clientError, type NodeApi, readBody } from '@isobit/client';
import { limits } from '@isobit/core';
import * as v from 'valibot';

/*
 * What a node's routes answer (specs/http.md sections 3 and 4), as far as the command line shows it. Members that are
 * not listed are ignored: a newer node may say more.
 */

const text = v.string();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const texts = v.array(text);

export const modelList = v.object({
  models: v.array(
    v.object({
      id: text,
      name: v.optional(text),
      version: v.optional(text),
      title: text,
      format: v.optional(text),
      task: text,
      size: count,
      publisher: text,
      held: v.optional(v.boolean()),
      loaded: v.optional(v.boolean()),
    }),
  ),
});

export type ListedModel = v.InferOutput<typeof modelList>['models'][number];

/** `digits:1`, empty for a model without a name. */
export const listedName = ({ name, version }: ListedModel): string =>
  name ? `${name}${version ? `:${version}` : ''}` : '';

export const hostList = v.object({ hosts: v.array(v.object({ node: text, http: texts })) });

export type Host = v.InferOutput<typeof hostList>['hosts'][number];

export const workerList = v.object({
  workers: v.array(
    v.object({ worker: text, profiles: texts, price: text, latencyMs: v.optional(v.number()) }),
  ),
});

export const statusAnswer = v.object({
  address: text,
  peerId: text,
  network: text,
  version: text,
  roles: texts,
  addresses: texts,
  http: texts,
  signing: v.object({ ok: v.boolean(), reason: v.optional(text) }),
  log: v.optional(v.object({ origin: text, size: count, vkey: text })),
  witness: v.optional(v.object({ vkey: text })),
  peers: v.unknown(),
});

export type Status = v.InferOutput<typeof statusAnswer>;

export const psAnswer = v.object({
  loaded: v.array(v.object({ id: text, profile: text, bytes: count, lastUsed: count })),
  jobs: v.object({ running: count, queued: count, capacity: count }),
});

export const storedBlob = v.object({ root: text, size: count });

export const publishedModel = v.object({ id: text, name: text, version: v.union([text, count]) });

export const removedModel = v.object({ id: text, freed: count });

const keyMembers = {
  name: text,
  created: count,
  expires: v.optional(count),
  requestsPerMinute: v.optional(count),
  tokensPerDay: v.optional(count),
  concurrent: v.optional(count),
  models: v.optional(texts),
  tokensToday: count,
};

export const listedKeys = v.object({ keys: v.array(v.object(keyMembers)) });

export type ListedKey = v.InferOutput<typeof listedKeys>['keys'][number];

export const madeKey = v.object({ ...keyMembers, key: text });

export const removedKey = v.object({ name: text });

/** One line of `POST /api/pull`. */
export const pullEvent = v.variant('event', [
  v.object({ event: v.literal('start'), id: text, size: count }),
  v.object({
    event: v.literal('progress'),
    bytes: count,
    size: count,
    sources: v.optional(v.unknown()),
    rate: v.optional(v.number()),
  }),
  v.object({ event: v.literal('dropped'), source: text, reason: text, block: v.optional(count) }),
  v.object({ event: v.literal('done'), id: text, fetched: count }),
  v.object({ event: v.literal('error'), code: text, error: text }),
]);

export type PullEvent = v.InferOutput<typeof pullEvent>;

/** Lists of every model of a large network are longer than a document. */
const MAX_ANSWER = 16 * limits.documentBytes;

/** Asks a route and reads its JSON. @throws CodedError of the node, or `NODE_PROTOCOL` for another form */
export async function ask<S extends v.GenericSchema>(
  api: Pick<NodeApi, 'request' | 'baseUrl'>,
  path: string,
  schema: S,
  init: RequestInit = {},
): Promise<v.InferOutput<S>> {
  const body = await readBody(await api.request(path, init), MAX_ANSWER);
  return read(schema, body, `${api.baseUrl}${path}`);
}

/** Checks one JSON answer. @throws CodedError `NODE_PROTOCOL` */
export function read<S extends v.GenericSchema>(schema: S, body: Uint8Array, from: string): v.InferOutput<S> {
  const result = v.safeParse(schema, parse(body, from), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw clientError(
    'NODE_PROTOCOL',
    `${from} answered in another form than specs/http.md says ("${v.getDotPath(issue) ?? ''}": ${issue.message}): is it an Isobit node of another version?`,
  );
}

function parse(body: Uint8Array, from: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw clientError(
      'NODE_PROTOCOL',
      `${from} answered no JSON: is it an Isobit node?`,
      {},
      { cause: error },
    );
  }
}
