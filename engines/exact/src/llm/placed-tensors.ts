import type { StreamedModel } from './engine/load/streamed-model.ts';
import type { ModelFile, ModelTensor } from './model-file.ts';
import type { WeightType } from './reference/weights/weight-type.ts';

/** A file in pieces. */
export interface FileBytes extends AsyncDisposable {
  /** Bytes. */
  readonly size: number;
  /** The bytes [start, end). */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** The files of a model, by path. */
export interface ContainerFiles {
  readonly paths: ReadonlySet<string>;
  /** Path of the file that is read first; the others lie beside it. */
  readonly entry: string;
  /** @throws CodedError of the source */
  open(path: string): Promise<FileBytes>;
}

/** A tensor, and where its bytes are: in one of several files, or here where they follow from a configuration. */
export interface PlacedTensor<Type extends string = WeightType> extends ModelTensor<Type> {
  /** From the beginning of all files, one behind the other: an order in which to read. */
  readonly offset: number;
  readonly place: { readonly path: string; readonly offset: number } | { readonly made: Uint8Array };
}

type PlacedTensors = ReadonlyMap<string, PlacedTensor<string>>;

/**
 * Tensors that are read piece by piece. A file is opened when one of its tensors is asked for; disposing closes them.
 *
 * @param tensors that may be asked for, by name
 */
export function streamPlaced(
  { open }: Pick<ContainerFiles, 'open'>,
  tensors: PlacedTensors,
): Pick<StreamedModel, 'read'> & AsyncDisposable {
  const opened = new Map<string, Promise<FileBytes>>();
  const fileAt = (path: string): Promise<FileBytes> => {
    const file = opened.get(path) ?? open(path);
    opened.set(path, file);
    return file;
  };
  return {
    async read(name, from, to) {
      const { place } = tensors.get(name) as PlacedTensor<string>;
      if ('made' in place) return place.made.subarray(from, to);
      return (await fileAt(place.path)).read(place.offset + from, place.offset + to);
    },
    async [Symbol.asyncDispose]() {
      // A file that could not be opened has nothing to close, and its reader was told.
      for (const file of opened.values()) await (await file.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

/** Tensors whose files are in memory as a whole. @throws CodedError of the source */
export async function readPlaced(
  files: Pick<ContainerFiles, 'open'>,
  tensors: PlacedTensors,
): Promise<Pick<ModelFile, 'bytes'>> {
  const contents = new Map<string, Uint8Array>();
  for (const { place } of tensors.values()) {
    if ('made' in place || contents.has(place.path)) continue;
    await using file = await files.open(place.path);
    contents.set(place.path, await file.read(0, file.size));
  }
  return {
    bytes(name) {
      const { place, bytes } = tensors.get(name) as PlacedTensor<string>;
      if ('made' in place) return place.made;
      return (contents.get(place.path) as Uint8Array).subarray(place.offset, place.offset + bytes);
    },
  };
}
