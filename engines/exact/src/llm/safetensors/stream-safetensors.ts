import type { StreamedModel } from '../engine/load/streamed-model.ts';
import {
  type FileBytes,
  openSafetensors,
  type SafetensorsFiles,
  type SafetensorsModel,
  type SafetensorsTensor,
} from './open-safetensors.ts';

/** A model whose weights are read when they are asked for. */
export type SafetensorsStream = SafetensorsModel & Pick<StreamedModel, 'read'> & AsyncDisposable;

/**
 * A model in safetensors whose weights are read piece by piece. A file of weights is opened when one of its tensors is
 * asked for; disposing of the model closes them.
 *
 * @throws CodedError as `openSafetensors`
 */
export async function streamSafetensors(files: SafetensorsFiles): Promise<SafetensorsStream> {
  const model = await openSafetensors(files);
  const open = new Map<string, Promise<FileBytes>>();
  const fileAt = (path: string): Promise<FileBytes> => {
    const file = open.get(path) ?? files.open(path);
    open.set(path, file);
    return file;
  };
  return {
    ...model,
    async read(name, from, to) {
      const { place } = model.tensors.get(name) as SafetensorsTensor;
      if ('made' in place) return place.made.subarray(from, to);
      return (await fileAt(place.path)).read(place.offset + from, place.offset + to);
    },
    async [Symbol.asyncDispose]() {
      // A file that could not be opened has nothing to close, and its reader was told.
      for (const file of open.values()) await (await file.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
