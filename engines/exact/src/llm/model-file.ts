import type { Metadata } from './gguf/read-metadata.ts';
import type { RopeOrder } from './reference/rope.ts';
import type { WeightType } from './reference/weights/weight-type.ts';

/** One tensor of a model: what it is. */
export interface ModelTensor<Type extends string = WeightType> {
  /** As GGUF names it: `blk.0.attn_q.weight`. */
  readonly name: string;
  readonly type: Type;
  /** Fastest dimension first, as GGUF has it: columns, then rows. */
  readonly sizes: readonly number[];
  /** How many it takes. */
  readonly bytes: number;
}

/**
 * A language model as a graph takes it, whatever holds it: hyper-parameters and tensors by the names that GGUF has
 * for them. Containers: a GGUF file; safetensors with their configuration (specs/safetensors.md).
 */
export interface ModelFile<Tensor extends ModelTensor = ModelTensor> {
  readonly metadata: Metadata;
  /** How RoPE pairs a head's values in this container, where that is not what the architecture says. */
  readonly order?: RopeOrder;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The bytes of the tensor `name`, which is there: a view, not a copy. */
  bytes(name: string): Uint8Array;
}
