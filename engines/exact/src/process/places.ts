import type { Manifest } from '@isobit/model';
import type { ModelSource } from '../runtime.ts';

/** Where a file of a model is said to lie on this machine: nothing of it is believed. */
export interface FilePlace {
  /** As the manifest spells it. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Absolute. */
  readonly file: string;
  /** Absolute path of its list of blocks, where the store keeps one. */
  readonly blocks?: string;
}

/** The places of all files of a model; undefined where the source does not have each of them in a file. */
export async function placesOf(source: ModelSource): Promise<FilePlace[] | undefined> {
  const places: FilePlace[] = [];
  for (const { path, size } of source.manifest.files) {
    const file = await source.locate?.(path);
    if (file === undefined) return undefined;
    const blocks = await source.locateBlocks?.(path);
    places.push({ path, size, file, ...(blocks === undefined ? {} : { blocks }) });
  }
  return places;
}

/** The files of a model one after another, as a message's body holds them. */
export const filesOf = async (source: ModelSource, signal?: AbortSignal): Promise<Uint8Array[]> => {
  const parts: Uint8Array[] = [];
  for (const { path } of source.manifest.files) parts.push(await source.read(path, signal));
  return parts;
};

/** One of the files in such a body. */
export function fileIn(body: Uint8Array, { files }: Manifest, path: string): Uint8Array {
  let start = 0;
  for (const file of files) {
    if (file.path === path) return body.subarray(start, start + file.size);
    start += file.size;
  }
  return new Uint8Array(0);
}
