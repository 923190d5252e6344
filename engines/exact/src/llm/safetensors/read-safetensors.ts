import type { ModelFile } from '../model-file.ts';
import { type ContainerFiles, readPlaced } from '../placed-tensors.ts';
import { openSafetensors, type SafetensorsTensor } from './open-safetensors.ts';

/**
 * A whole model in safetensors, its weights in memory.
 *
 * @throws CodedError as `openSafetensors`
 */
export async function readSafetensors(files: ContainerFiles): Promise<ModelFile<SafetensorsTensor>> {
  const model = await openSafetensors(files);
  return { ...model, ...(await readPlaced(files, model.tensors)) };
}
