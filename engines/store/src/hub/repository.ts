import { decodeForeignJson, isCoded, limits, printable } from '@isobit/core';
import { isModelPath } from '@isobit/model';
import * as v from 'valibot';
import { storeError } from '../errors.ts';
import type { HubHttp } from './hub-http.ts';
import type { HubRef } from './hub-ref.ts';

export interface HubFile {
  /** As a manifest may spell it. */
  readonly path: string;
  /** Bytes, where the hub states them. */
  readonly size?: number;
}

/** What the hub says of a repository at one commit. */
export interface HubRepository {
  /** `ORG/REPO` as the hub spells it today: repositories are renamed. */
  readonly repo: string;
  /** The branch, tag or commit that was asked for. */
  readonly revision: string;
  readonly commit: string;
  readonly files: readonly HubFile[];
  /** SPDX expression, where the repository states a licence. */
  readonly licence?: string;
  /** Repositories that this model was made from, as the repository says. */
  readonly parents: readonly string[];
}

/** An answer for a repository of some thousand files. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_VALUES = 500_000;
/** Parents of a merge. */
const MOST_PARENTS = 16;

const text = v.pipe(v.string(), v.maxLength(200));
const answer = v.object({
  id: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/))),
  sha: v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)),
  siblings: v.array(
    v.object({
      rfilename: v.string(),
      size: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0)))),
    }),
  ),
  cardData: v.optional(
    v.nullable(
      v.object({
        license: v.optional(v.unknown()),
        base_model: v.optional(v.unknown()),
      }),
    ),
  ),
});

/**
 * Asks the hub which commit a reference leads to, and what lies there. Files whose path no manifest could hold are
 * left out: they are never fetched.
 *
 * @throws CodedError `HUB_*`
 */
export async function readRepository(
  http: HubHttp,
  { repo, revision = 'main' }: HubRef,
  signal: AbortSignal,
): Promise<HubRepository> {
  const path = `/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const found = await http.open({ path, what: repo, headers: { accept: 'application/json' }, signal });
  const wrong = (why: string, cause?: unknown): Error =>
    storeError(
      'HUB_PROTOCOL',
      `${http.endpoint} describes ${repo} in another form than a hub's (${why})`,
      {},
      { cause },
    );
  const bytes = await readBody(found.body, MOST_BYTES).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : wrong('the answer is too long or breaks off', error);
  });
  const result = v.safeParse(answer, parse(bytes, wrong), { abortEarly: true });
  if (!result.success) throw wrong(`"${v.getDotPath(result.issues[0]) ?? ''}"`);
  const { id, sha, siblings, cardData } = result.output;
  return {
    repo: id ?? repo,
    revision,
    commit: sha,
    files: siblings
      .filter(({ rfilename, size }) => isModelPath(rfilename) && (size ?? 0) <= limits.fileBytes)
      .map(({ rfilename, size }) => ({ path: rfilename, ...(typeof size === 'number' ? { size } : {}) })),
    ...licenceOf(cardData?.license),
    parents: parentsOf(cardData?.base_model),
  };
}

function parse(bytes: Uint8Array, wrong: (why: string, cause?: unknown) => Error): unknown {
  try {
    return decodeForeignJson(bytes, MOST_BYTES, MOST_VALUES);
  } catch (error) {
    throw isCoded(error) ? wrong(printable(error.message), error) : error;
  }
}

async function readBody(body: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw new RangeError(`more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The hub's own identifiers of licences that SPDX spells otherwise. */
const SPDX: Readonly<Record<string, string>> = {
  'apache-2.0': 'Apache-2.0',
  mit: 'MIT',
  'bsd-3-clause': 'BSD-3-Clause',
  'bsd-2-clause': 'BSD-2-Clause',
  'cc-by-4.0': 'CC-BY-4.0',
  'cc-by-sa-4.0': 'CC-BY-SA-4.0',
  'cc-by-nc-4.0': 'CC-BY-NC-4.0',
  'cc0-1.0': 'CC0-1.0',
  'gpl-3.0': 'GPL-3.0-only',
  'agpl-3.0': 'AGPL-3.0-only',
};

/** Licences that SPDX does not list, such as `llama3.2`, become references. */
function licenceOf(stated: unknown): { licence?: string } {
  if (typeof stated !== 'string' || !/^[A-Za-z0-9.-]{1,60}$/.test(stated) || stated === 'unknown') return {};
  return { licence: SPDX[stated.toLowerCase()] ?? `LicenseRef-${stated}` };
}

function parentsOf(stated: unknown): string[] {
  const result = v.safeParse(v.union([text, v.array(text)]), stated);
  return result.success ? [result.output].flat().slice(0, MOST_PARENTS) : [];
}
