/**
 * The five basic operations of IEEE 754 binary32, to nearest, ties to even (profile-llm-exact-1 section 2).
 *
 * Each is the binary64 operation followed by one rounding. For operands of binary32 that equals the direct
 * operation: binary64 has more than twice its digits and two, so the second rounding never meets a tie that the
 * first one made.
 */
export const add = (a: number, b: number): number => Math.fround(a + b);
export const sub = (a: number, b: number): number => Math.fround(a - b);
export const mul = (a: number, b: number): number => Math.fround(a * b);
export const div = (a: number, b: number): number => Math.fround(a / b);
/** Host `Math.sqrt` is the square root instruction of IEEE 754; a test compares it with integers. */
export const sqrt = (a: number): number => Math.fround(Math.sqrt(a));

/** The larger of two; NaN where either is. */
export const larger = (a: number, b: number): number => (a > b || Number.isNaN(a) ? a : b);

/** The integer nearest to a value of magnitude below 2^51, ties to even; two additions of binary64. */
export const nearestInteger = (value: number): number => value + ROUNDER - ROUNDER;
const ROUNDER = 1.5 * 2 ** 52;

const words = new DataView(new ArrayBuffer(4));

/** The 32 bits of a binary32; NaN has the one spelling of request.md. */
export function bitsOf(value: number): number {
  if (Number.isNaN(value)) return 0x7fc00000;
  words.setFloat32(0, value);
  return words.getUint32(0);
}

export function fromBits(bits: number): number {
  words.setUint32(0, bits);
  return words.getFloat32(0);
}
