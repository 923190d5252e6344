import * as v from 'valibot';

/** A float by its 32 bits in 8 hex digits, big-endian: canonical JSON has no floats. */
export const floatBitsSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}$/, "must be a float's bits in 8 lowercase hex characters"),
);

const view = new DataView(new ArrayBuffer(4));

/** @param value a binary32 */
export function floatBits(value: number): string {
  view.setFloat32(0, value);
  return view.getUint32(0).toString(16).padStart(8, '0');
}

/** @param bits 8 hex digits */
export function floatOfBits(bits: string): number {
  view.setUint32(0, Number.parseInt(bits, 16));
  return view.getFloat32(0);
}
