import { createSha256, type Hash, limits, toHex } from '@isobit/core';
import { blockLeaf, blockRoot, joinLeaves } from '@isobit/model';
import { pageError } from '../errors.ts';
import type { Source } from './counted-source.ts';
import type { Progress } from './task.ts';

interface Known {
  readonly file: File;
  readonly leaves: readonly Hash[];
}

/**
 * Files that the visitor chose, served by digest as a node serves them: a model's by the root of their block tree,
 * an engine by its sha-256. Names do not matter.
 *
 * @throws CodedError `FILE_UNREADABLE`
 */
export async function fileSource(
  files: readonly File[],
  onProgress: (progress: Progress) => void,
): Promise<Source> {
  const byRoot = new Map<string, Known>();
  const bySha256 = new Map<string, File>();
  for (const file of files) {
    const { root, sha256, leaves } = await digestFile(file, onProgress);
    byRoot.set(root, { file, leaves });
    bySha256.set(sha256, file);
  }
  return {
    baseUrl: 'the files you chose',
    async request(path, init) {
      const [, kind, digest = '', part] = path.split('/');
      const known = byRoot.get(digest);
      if (kind === 'blobs' && known) {
        return part === 'leaves'
          ? new Response(joinLeaves(known.leaves) as BodyInit)
          : new Response(rangeOf(known.file, init));
      }
      const engine = kind === 'engines' ? bySha256.get(digest) : undefined;
      if (engine) return new Response(engine, { headers: { 'content-length': String(engine.size) } });
      throw pageError(
        'FILE_NOT_CHOSEN',
        `none of them is ${kind === 'engines' ? 'the engine' : 'the model, or one of its files is missing'}`,
      );
    },
  };
}

function rangeOf(file: File, init: RequestInit | undefined): Blob {
  const [, start = '0', last = ''] =
    /^bytes=(\d+)-(\d+)$/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
  return last === '' ? file : file.slice(Number(start), Number(last) + 1);
}

async function digestFile(
  file: File,
  onProgress: (progress: Progress) => void,
): Promise<{ root: string; sha256: string; leaves: Hash[] }> {
  const whole = createSha256();
  const leaves: Hash[] = [];
  let at = 0;
  do {
    const block = await readSlice(file, at, at + limits.blockBytes);
    whole.update(block);
    leaves.push(blockLeaf(block));
    at += block.length;
    onProgress({ phase: 'files', bytes: at, size: file.size });
  } while (at < file.size);
  return { root: blockRoot(leaves), sha256: toHex(whole.digest()), leaves };
}

async function readSlice(file: File, start: number, end: number): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array(await file.slice(start, end).arrayBuffer());
    if (bytes.length > 0 || file.size === 0) return bytes;
    throw new RangeError('the file became shorter');
  } catch (cause) {
    throw pageError(
      'FILE_UNREADABLE',
      `the file ${file.name} can't be read: was it moved or changed? Choose it again`,
      { cause },
    );
  }
}
