import { constants, copyFile, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isCoded } from '@isobit/core';
import { checkRoom, ifPresent, onDisk, writeAt } from '../blobs/folder/disk.ts';
import { storeError } from '../errors.ts';
import { fileDigest } from './file-digest.ts';
import { type FileFacts, resolvePath } from './file-facts.ts';
import type { HubCache } from './hub-cache.ts';
import type { HubHttp } from './hub-http.ts';
import { unreachable } from './refusals.ts';
import type { HubRepository } from './repository.ts';
import type { HubAnswer } from './transport.ts';

export interface FetchFileOptions {
  readonly http: HubHttp;
  readonly cache: HubCache;
  readonly repository: Pick<HubRepository, 'repo' | 'commit'>;
  readonly file: FileFacts;
  /** @param bytes that are here, of the file */
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Connections in a row that bring not one byte before the file is given up. */
const MOST_FAILURES = 5;
/** Times that a file is begun again: where what lay here was damaged, or another process took it away. */
const MOST_ROUNDS = 4;

/**
 * Brings one file into the cache, from where an earlier attempt ended, and checks its digest. What lies there
 * already is checked as well.
 *
 * @returns bytes that came over the network
 * @throws CodedError `HUB_*`, `STORE_FULL`, `STORE_IO`
 */
export async function fetchFile(options: FetchFileOptions): Promise<number> {
  const { cache, repository, file, onBytes, signal } = options;
  const { repo } = repository;
  const whole = cache.blob(repo, file.digest);
  const partial = cache.partial(repo, file.digest);
  if (await isSound(whole, file, signal)) {
    onBytes(file.size);
    return 0;
  }
  await onDisk(partial, () => mkdir(dirname(partial), { recursive: true }));
  await adopt(cache.foreignPartial(repo, file.digest), partial, file.size);
  let fetched = 0;
  for (let rounds = 1; ; rounds++) {
    const here = await sizeOf(partial);
    const { came, inode } = await complete(options, partial);
    fetched += came;
    if (await isSound(partial, file, signal)) break;
    // Another process that fetches the same bytes may have been faster, or have begun anew.
    if (await isSound(whole, file, signal)) return fetched;
    const isOurs = (await ifPresent(partial, () => stat(partial)))?.ino === inode;
    if (isOurs) await rm(partial, { force: true });
    // What lay here from an earlier attempt may be to blame; what came just now is the hub's word against itself.
    if ((here > 0 || !isOurs) && rounds < MOST_ROUNDS) continue;
    throw storeError(
      'HUB_DIGEST',
      `${repo}/${file.path} came with other bytes than the hub's digest ${file.digest} names, so it was thrown away: try again, and if it stays so the hub or what is between is broken`,
      { digest: file.digest },
    );
  }
  await onDisk(whole, () => rename(partial, whole)).catch(async (error: unknown) => {
    if (!(await isSound(whole, file, signal))) throw error;
  });
  await rm(cache.foreignPartial(repo, file.digest), { force: true });
  return fetched;
}

const sizeOf = async (path: string): Promise<number> => (await ifPresent(path, () => stat(path)))?.size ?? 0;

async function isSound(path: string, { digest, size }: FileFacts, signal: AbortSignal): Promise<boolean> {
  const found = await ifPresent(path, () => stat(path));
  return found?.size === size && (await fileDigest(path, digest, size, signal)) === digest;
}

/** Takes over what another tool began, as a copy: that tool may still be writing. */
async function adopt(foreign: string, partial: string, size: number): Promise<void> {
  const begun = await sizeOf(foreign);
  if (begun === 0 || begun > size || begun <= (await sizeOf(partial))) return;
  await ifPresent(foreign, () => copyFile(foreign, partial, constants.COPYFILE_FICLONE));
}

/** Appends to `partial` until it has all bytes. @returns how many came, and which file they went to */
async function complete(
  { http, repository, file, onBytes, signal }: FetchFileOptions,
  partial: string,
): Promise<{ came: number; inode: number }> {
  const { repo, commit } = repository;
  const path = resolvePath(repo, commit, file.path);
  const what = `${repo}/${file.path}`;
  const handle = await onDisk(partial, () => open(partial, constants.O_RDWR | constants.O_CREAT, 0o644));
  let fetched = 0;
  try {
    let at = Math.min(await sizeOf(partial), file.size);
    await checkRoom(partial, file.size - at);
    for (let failures = 0; at < file.size; ) {
      onBytes(at);
      const answer = await http.open({
        path,
        what,
        headers: at > 0 ? { range: `bytes=${at}-` } : {},
        signal,
      });
      const began = at;
      try {
        at = await startOf(answer, at, file, what);
        for await (const chunk of bodyOf(answer, file.size - at, what)) {
          await onDisk(partial, () => writeAt(handle, chunk, at));
          at += chunk.length;
          fetched += chunk.length;
          onBytes(at);
        }
        if (at < file.size)
          throw storeError(
            'HUB_UNREACHABLE',
            `${what} ended after ${at} of ${file.size} bytes: try again, it goes on from there`,
          );
      } catch (error) {
        const coded = unreachable(http.endpoint, error, signal);
        failures = at > began ? 1 : failures + 1;
        if (!isCoded(coded, 'HUB_UNREACHABLE') || failures === MOST_FAILURES) throw coded;
        await http.pause(failures, signal);
      } finally {
        answer.close();
      }
    }
    await onDisk(partial, () => truncate(handle, file.size));
    return { came: fetched, inode: (await handle.stat()).ino };
  } finally {
    await handle.close();
  }
}

/** A file that grew too long, by a hub that sent too much earlier, ends where it should. */
const truncate = (handle: FileHandle, size: number): Promise<void> => handle.truncate(size);

/** Where an answer's bytes belong: where they were asked for, or at the beginning. @throws CodedError `HUB_PROTOCOL` */
async function startOf(answer: HubAnswer, asked: number, { size }: FileFacts, what: string): Promise<number> {
  if (answer.status === 200) return 0;
  const stated = answer.header('content-range');
  if (answer.status === 206 && stated === `bytes ${asked}-${size - 1}/${size}`) return asked;
  throw storeError(
    'HUB_PROTOCOL',
    `${what} was asked for from byte ${asked} of ${size}, and the answer is ${answer.status}${stated ? ` with "${stated.slice(0, 80)}"` : ''}: try again later`,
  );
}

/** The body, cut off with an error where it goes on too long. */
async function* bodyOf({ body }: HubAnswer, expected: number, what: string): AsyncGenerator<Uint8Array> {
  let left = expected;
  for await (const chunk of body) {
    left -= chunk.length;
    if (left < 0)
      throw storeError('HUB_PROTOCOL', `${what} has more bytes than the hub said: try again later`);
    yield chunk;
  }
}
