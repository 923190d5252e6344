import type { Metadata, MetadataValue } from '../gguf/read-metadata.ts';
import type { RopeOrder } from '../reference/rope.ts';

/** How a configuration and its tensors become what a graph takes (specs/safetensors.md section 4). */
export interface Architecture {
  /** Hyper-parameters by the names that GGUF has for them. */
  readonly metadata: Metadata;
  readonly order?: RopeOrder;
  /** Divisors of RoPE's frequencies: `rope_freqs.weight`. */
  readonly divisors?: Float32Array;
  readonly vocabulary: number;
  readonly layers: number;
  /** GGUF's name for a tensor; `undefined` for one that is passed over, `null` for one that nothing describes. */
  rename(name: string): string | undefined | null;
  /** Tensors that GGUF would leave optional and this model must have; of a layer by the end of their names. */
  readonly required: { readonly model: readonly string[]; readonly layer: readonly string[] };
}

export const integer = (value: number): MetadataValue => ({ type: 'integer', value: BigInt(value) });
export const float = (value: number): MetadataValue => ({ type: 'float', value });
export const string = (value: string): MetadataValue => ({ type: 'string', value });

/** Hyper-parameters of an architecture; those that are undefined are left out. */
export function hyperParameters(
  architecture: string,
  values: Readonly<Record<string, MetadataValue | undefined>>,
): Metadata {
  const metadata = new Map<string, MetadataValue>([['general.architecture', string(architecture)]]);
  for (const [key, value] of Object.entries(values)) if (value) metadata.set(`${architecture}.${key}`, value);
  return metadata;
}

/** A layer's number as files write it: no leading zero. */
export const LAYER = '(0|[1-9]\\d{0,5})';
