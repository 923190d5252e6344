import type { ModelFile } from '../model-file.ts';
import { type ContainerFiles, readPlaced } from '../placed-tensors.ts';
import { openGgufFiles } from './open-gguf-files.ts';
import { exactTypes } from './tensor-types.ts';

/**
 * A whole model in GGUF, in one file or several, its weights in memory.
 *
 * @throws CodedError as `openGgufFiles`
 */
export async function readGgufFiles(files: ContainerFiles): Promise<ModelFile> {
  const model = await openGgufFiles(files, exactTypes);
  return { ...model, ...(await readPlaced(files, model.tensors)) };
}
