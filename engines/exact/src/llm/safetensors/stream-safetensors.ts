import type { StreamedModel } from '../engine/load/streamed-model.ts';
import { type ContainerFiles, streamPlaced } from '../placed-tensors.ts';
import { openSafetensors, type SafetensorsModel } from './open-safetensors.ts';

/** A model whose weights are read when they are asked for. */
export type SafetensorsStream = SafetensorsModel & Pick<StreamedModel, 'read'> & AsyncDisposable;

/**
 * A model in safetensors whose weights are read piece by piece.
 *
 * @throws CodedError as `openSafetensors`
 */
export async function streamSafetensors(files: ContainerFiles): Promise<SafetensorsStream> {
  const model = await openSafetensors(files);
  return { ...model, ...streamPlaced(files, model.tensors) };
}
