/** Limits of a GGUF file and why they have their values. Sizes in bytes. */
export const ggufLimits = {
  /** What stands before the tensor data: the largest vocabularies with their merges take some ten MB. */
  headerBytes: 256 * 1024 * 1024,
  /** Metadata members: published models have some thirty, those with a template for each tool some hundred. */
  members: 1_024,
  /** Length of a key or of a tensor's name. ggml itself holds 64 of a name. */
  nameBytes: 256,
  /** One string of the metadata: chat templates reach 20 KB. */
  stringBytes: 1_048_576,
  /** Elements of one array: twice the largest vocabulary, and its merges. */
  arrayElements: 1_048_576,
  /** Elements of all arrays together: tokens, scores, types and merges of the largest vocabulary. */
  metadataElements: 4_194_304,
  /** Tensors: a model of 128 layers has 1,500. */
  tensors: 16_384,
  /** Dimensions of a tensor, as in ggml. */
  rank: 4,
  /** Elements of one tensor: a vocabulary of 2^20 at a width of 2^13. */
  tensorElements: 2 ** 33,
  /** `general.alignment`, a power of two: files have 32. */
  alignment: 65_536,
} as const;
