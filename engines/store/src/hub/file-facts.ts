import { limits, printable } from '@isobit/core';
import { storeError } from '../errors.ts';
import type { HubHttp } from './hub-http.ts';
import type { HubFile, HubRepository } from './repository.ts';
import type { HubAnswer } from './transport.ts';

/** What the hub says of one file of a commit. */
export interface FileFacts {
  readonly path: string;
  /** SHA-256 of a large file (64 hex characters), or git's SHA-1 of a small one (40). */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

export const resolvePath = (repo: string, commit: string, path: string): string =>
  `/${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;

/**
 * Asks for a file's digest and size. The hub states them beside the redirect to where its bytes lie.
 *
 * @throws CodedError `HUB_*`
 */
export async function readFileFacts(
  http: HubHttp,
  { repo, commit }: Pick<HubRepository, 'repo' | 'commit'>,
  { path, size: listed }: HubFile,
  signal: AbortSignal,
): Promise<FileFacts> {
  const what = `${repo}/${path}`;
  const answer = await http.open({
    method: 'HEAD',
    path: resolvePath(repo, commit, path),
    what,
    // The redirect to a large file's storage; one to a small file's cache says nothing of the file itself.
    isFinal: (found) => found.header('x-linked-size') !== undefined,
    signal,
  });
  answer.close();
  const wrong = (why: string): Error =>
    storeError(
      'HUB_PROTOCOL',
      `${http.endpoint} does not tell what ${what} is (${why}), so it can't be checked`,
    );
  const from = answer.header('x-repo-commit');
  if (from !== commit) throw wrong(`it answers for commit ${printable(from ?? 'none')} instead of ${commit}`);
  const digest = digestOf(answer);
  if (!digest) throw wrong('no digest');
  const size = sizeOf(answer);
  if (size === undefined) throw wrong('no size');
  if (listed !== undefined && listed !== size) throw wrong(`${size} bytes where the list has ${listed}`);
  return { path, digest, size };
}

function digestOf(answer: HubAnswer): string | undefined {
  const stated = answer.header('x-linked-etag') ?? answer.header('etag') ?? '';
  return /^(?:W\/)?"?([0-9a-f]{64}|[0-9a-f]{40})"?$/.exec(stated)?.[1];
}

function sizeOf(answer: HubAnswer): number | undefined {
  const stated = answer.header('x-linked-size') ?? answer.header('content-length') ?? '';
  const size = /^\d{1,15}$/.test(stated) ? Number(stated) : Number.NaN;
  return size <= limits.fileBytes ? size : undefined;
}
