/** Element types of GGUF tensors (profile-llm-exact-1 section 5): their numbers, as the kernels take them. */
export const weightTypeIds = {
  F32: 0,
  F16: 1,
  Q4_0: 2,
  Q4_1: 3,
  Q5_0: 6,
  Q5_1: 7,
  Q8_0: 8,
  Q4_K: 12,
  Q5_K: 13,
  Q6_K: 14,
  BF16: 30,
} as const;

/** Types whose matrices take floats as activations; all others take what `quantise` gives. */
export const floatTypeIds: ReadonlySet<number> = new Set([
  weightTypeIds.F32,
  weightTypeIds.F16,
  weightTypeIds.BF16,
]);
