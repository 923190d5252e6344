import type { ModelFile, ModelTensor } from '../../model-file.ts';

/** A model whose tensors are read piece by piece, whatever holds it: GGUF, safetensors. */
export interface StreamedModel extends Pick<ModelFile, 'metadata' | 'order' | 'tensors'> {
  /**
   * Bytes `from` to `to` of a tensor.
   *
   * @throws CodedError of the source
   */
  read(name: string, from: number, to: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A model that is in memory as a whole. */
export const streamed = (model: ModelFile): StreamedModel => ({
  metadata: model.metadata,
  ...(model.order ? { order: model.order } : {}),
  tensors: model.tensors,
  read: async (name, from, to) => model.bytes(name).subarray(from, to),
});

/** Tensors in the order of the file, where the container says where they lie. */
export const inFileOrder = <Item extends { readonly tensor: ModelTensor }>(items: readonly Item[]): Item[] =>
  items.toSorted((a, b) => offsetOf(a.tensor) - offsetOf(b.tensor));

const offsetOf = (tensor: ModelTensor & { readonly offset?: number }): number => tensor.offset ?? 0;
