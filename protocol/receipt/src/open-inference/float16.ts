/** Adding and subtracting 2^52 rounds a double below it to an integer, ties to even. */
const TO_INTEGER = 2 ** 52;

const roundToEven = (value: number): number => value + TO_INTEGER - TO_INTEGER;

/** Bits of the FP16 nearest to a double, ties to even; NaN is the quiet one. Runtimes without Float16Array have no other. */
export function float16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65_520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  // log2 may round up to the next integer just below a power of two.
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent--;
  // The significand carries into the exponent by itself.
  return sign | (((exponent + 15) << 10) + roundToEven((size / 2 ** exponent - 1) * 1024));
}

/** The double that FP16 bits name. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
