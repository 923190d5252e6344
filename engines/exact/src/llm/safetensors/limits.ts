/** Limits of safetensors and of what lies beside them, and why they have their values. Sizes in bytes. */
export const safetensorsLimits = {
  /** A header: as many tensors as a GGUF file may have, at some two hundred bytes each, four times over. */
  headerBytes: 16 * 1_048_576,
  /** Values in a header: seven a tensor, and its free metadata. */
  headerValues: 262_144,
  /** Length of a tensor's name. */
  nameBytes: 256,
  /** Tensors of all files: as in GGUF. */
  tensors: 16_384,
  /** Dimensions of a tensor: weights have one or two, what is passed over may have more. */
  rank: 8,
  /** Elements of one tensor: as in GGUF. */
  tensorElements: 2 ** 33,
  /** Files that an index names. */
  files: 1_000,
  /** An index: a line for each tensor. */
  indexBytes: 8 * 1_048_576,
  /** A configuration: those with a label for each of a thousand classes reach 100 KB. */
  configBytes: 1_048_576,
  configValues: 65_536,
} as const;
