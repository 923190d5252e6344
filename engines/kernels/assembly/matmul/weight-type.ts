/* Element types by their number in GGUF (profile-llm-exact-1 section 5). */

export const F32: i32 = 0;
export const F16: i32 = 1;
export const Q4_0: i32 = 2;
export const Q4_1: i32 = 3;
export const Q5_0: i32 = 6;
export const Q5_1: i32 = 7;
export const Q8_0: i32 = 8;
export const Q4_K: i32 = 12;
export const Q5_K: i32 = 13;
export const Q6_K: i32 = 14;
export const BF16: i32 = 30;

export function isFloat(type: i32): bool {
  return type == F32 || type == F16 || type == BF16;
}

/** Weights of one block of the file. */
export function blockElements(type: i32): i32 {
  if (isFloat(type)) return 1;
  return type == Q4_K || type == Q5_K || type == Q6_K ? 256 : 32;
}

/** Bytes of one block of the file; 0 for a type that the profile does not have. */
export function blockBytes(type: i32): i32 {
  switch (type) {
    case F32: return 4;
    case F16: return 2;
    case BF16: return 2;
    case Q4_0: return 18;
    case Q4_1: return 20;
    case Q5_0: return 22;
    case Q5_1: return 24;
    case Q8_0: return 34;
    case Q4_K: return 144;
    case Q5_K: return 176;
    case Q6_K: return 210;
  }
  return 0;
}

/** Bytes of a row as it lies in the file. */
export function rowBytes(type: i32, columns: i32): usize {
  return <usize>(columns / blockElements(type)) * <usize>blockBytes(type);
}

/** Whether the type's blocks have an offset. */
export function hasOffset(type: i32): bool {
  return type == Q4_1 || type == Q5_1 || type == Q4_K || type == Q5_K;
}
