import { isCoded, limits } from '@isobit/core';
import { blockCount, blockRange, isBlock, type Manifest, type ManifestFile, openLeaves } from '@isobit/model';
import { clientError } from './errors.ts';
import type { NodeApi } from './node-api.ts';
import { readBody } from './read-body.ts';

/** Blocks asked for in one request: few requests for large files, little lost when a source turns out bad. */
const BLOCKS_PER_REQUEST = 8;

export type FetchProgress = (done: {
  readonly path: string;
  readonly bytes: number;
  readonly size: number;
}) => void;

export interface FetchFileOptions {
  readonly file: ManifestFile;
  /** Nodes to ask, in this order; one that fails or serves a bad block is left for the next. */
  readonly sources: readonly Pick<NodeApi, 'baseUrl' | 'request'>[];
  /** Largest file taken, since it is held in memory: `limits.pageModelBytes` when absent. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: FetchProgress;
}

/**
 * A file of a model in memory, each block verified as it arrives: for browsers and small models. Larger ones
 * go through `@isobit/store`.
 *
 * @throws CodedError `BYTES_UNAVAILABLE` with the reason of each source, `FILE_TOO_LARGE`
 */
export async function fetchFile({
  file,
  sources,
  maxBytes = limits.pageModelBytes,
  signal,
  onProgress,
}: FetchFileOptions): Promise<Uint8Array> {
  const { root, size, path } = file;
  if (size > maxBytes)
    throw clientError(
      'FILE_TOO_LARGE',
      `${path} has ${size} bytes, and at most ${maxBytes} are held in memory: pull it with isobit pull`,
      { root, size },
    );
  const out = new Uint8Array(size);
  const blocks = blockCount(size);
  const reasons: string[] = [];
  let next = 0;
  for (const source of sources) {
    try {
      const options = signal ? { signal } : {};
      const answer = await source.request(`/blobs/${root}/leaves`, options);
      const leaves = openLeaves(await readBody(answer, blocks * 32, signal), root, size);
      while (next < blocks) {
        const last = Math.min(next + BLOCKS_PER_REQUEST, blocks) - 1;
        const { start } = blockRange(next, size);
        const { end } = blockRange(last, size);
        const bytes = await fetchRange(source, root, start, end, options);
        for (; next <= last; next++) {
          const range = blockRange(next, size);
          const block = bytes.subarray(range.start - start, range.end - start);
          if (!isBlock(block, next, leaves))
            throw clientError('BYTES_UNAVAILABLE', `block ${next} does not belong to ${root}`);
          out.set(block, range.start);
        }
        onProgress?.({ path, bytes: Math.min(next * limits.blockBytes, size), size });
      }
      return out;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isCoded(error)) throw error;
      reasons.push(`${source.baseUrl}: ${error.message}`);
    }
  }
  throw clientError(
    'BYTES_UNAVAILABLE',
    `no source gave ${path} (${root}): ${reasons.join('; ') || 'no sources were given'}`,
    { root },
  );
}

async function fetchRange(
  source: Pick<NodeApi, 'request'>,
  root: string,
  start: number,
  end: number,
  options: { signal?: AbortSignal },
): Promise<Uint8Array> {
  if (end === start) return new Uint8Array();
  const response = await source.request(`/blobs/${root}`, {
    ...options,
    headers: { range: `bytes=${start}-${end - 1}` },
  });
  const bytes = await readBody(response, end - start, options.signal);
  if (bytes.length !== end - start)
    throw clientError('NODE_PROTOCOL', `${bytes.length} bytes for a range of ${end - start}`);
  return bytes;
}

/** All files of a model in memory, as a runtime loads them. */
export async function fetchModel(
  manifest: Manifest,
  options: Omit<FetchFileOptions, 'file'>,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const file of manifest.files) files.set(file.path, await fetchFile({ ...options, file }));
  return files;
}
