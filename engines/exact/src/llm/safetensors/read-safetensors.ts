import type { ModelFile } from '../model-file.ts';
import {
  openSafetensors,
  type SafetensorsFiles,
  type SafetensorsModel,
  type SafetensorsTensor,
} from './open-safetensors.ts';

/**
 * A whole model in safetensors, its weights in memory.
 *
 * @throws CodedError as `openSafetensors`
 */
export async function readSafetensors(files: SafetensorsFiles): Promise<ModelFile<SafetensorsTensor>> {
  const model = await openSafetensors(files);
  const contents = new Map<string, Uint8Array>();
  for (const { place } of model.tensors.values()) {
    if ('made' in place || contents.has(place.path)) continue;
    await using file = await files.open(place.path);
    contents.set(place.path, await file.read(0, file.size));
  }
  return withBytes(model, contents);
}

/** @param contents of each file that holds a tensor */
export function withBytes(
  model: SafetensorsModel,
  contents: ReadonlyMap<string, Uint8Array>,
): ModelFile<SafetensorsTensor> {
  return {
    ...model,
    bytes(name) {
      const { place, bytes } = model.tensors.get(name) as SafetensorsTensor;
      if ('made' in place) return place.made;
      return (contents.get(place.path) as Uint8Array).subarray(place.offset, place.offset + bytes);
    },
  };
}
