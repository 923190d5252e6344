import { fetchFile } from './fetch-file.ts';
import { type FileFacts, readFileFacts } from './file-facts.ts';
import { createHubCache } from './hub-cache.ts';
import { createHubHttp, type HubHttpOptions } from './hub-http.ts';
import type { HubRef } from './hub-ref.ts';
import type { HubSettings } from './hub-settings.ts';
import { type HubFile, type HubRepository, readRepository } from './repository.ts';
import { createTransport, type HubTransport } from './transport.ts';

/** A file of a commit, in the cache, whole and checked. */
export interface FetchedFile extends FileFacts {
  /** Its link in the snapshot. */
  readonly link: string;
  /** Where its bytes lie. */
  readonly absolute: string;
}

export interface FetchOptions {
  readonly repository: HubRepository;
  readonly files: readonly FileFacts[];
  /** @param bytes that are here, of all files @param total of all files */
  readonly onProgress?: (bytes: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** A hub in the manner of Hugging Face's, with its cache on this disk. */
export interface Hub extends AsyncDisposable {
  /** @throws CodedError `HUB_*` */
  repository(ref: HubRef, signal: AbortSignal): Promise<HubRepository>;
  /** Digests and sizes of files. @throws CodedError `HUB_*` */
  facts(options: {
    readonly repository: HubRepository;
    readonly files: readonly HubFile[];
    readonly signal: AbortSignal;
  }): Promise<FileFacts[]>;
  /**
   * Brings files of one commit into the cache, each checked against the digest that the hub states.
   *
   * @returns the files, and how many bytes came over the network
   * @throws CodedError `HUB_*`, `STORE_FULL`, `STORE_IO`
   */
  fetch(options: FetchOptions): Promise<{ files: FetchedFile[]; fetched: number }>;
}

export interface HubOptions extends HubSettings, Pick<HubHttpOptions, 'wait'> {
  /** Over the network where absent. */
  readonly ask?: HubTransport;
}

export function createHub({ cacheDir, ask, ...settings }: HubOptions): Hub {
  const transport = createTransport(settings.endpoint);
  const http = createHubHttp({ ...settings, ask: ask ?? transport.ask });
  const cache = createHubCache(cacheDir);
  return {
    repository: (ref, signal) => readRepository(http, ref, signal),
    async facts({ repository, files, signal }) {
      const facts: FileFacts[] = [];
      for (const file of files) facts.push(await readFileFacts(http, repository, file, signal));
      return facts;
    },
    async fetch({ repository, files, onProgress, signal }) {
      const { repo, commit, revision } = repository;
      const total = files.reduce((sum, { size }) => sum + size, 0);
      const done: FetchedFile[] = [];
      let before = 0;
      let fetched = 0;
      for (const file of files) {
        const onBytes = (bytes: number): void => onProgress?.(before + bytes, total);
        fetched += await fetchFile({ http, cache, repository, file, onBytes, signal });
        before += file.size;
        const link = await cache.link({ repo, commit, path: file.path, digest: file.digest });
        done.push({ ...file, link, absolute: cache.blob(repo, file.digest) });
      }
      await cache.note({ repo, revision, commit });
      return { files: done, fetched };
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
