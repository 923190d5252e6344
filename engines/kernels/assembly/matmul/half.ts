/** Exact: the bits shifted by 13 are the float times 2^-112. For finite halves only. */
@inline
export function halfToFloat(bits: u32): f32 {
  const magnitude = reinterpret<f32>((bits & 0x7fff) << 13) * reinterpret<f32>(0x77800000);
  return reinterpret<f32>(reinterpret<u32>(magnitude) | ((bits & 0x8000) << 16));
}

@inline
export function halfIsFinite(bits: u32): bool {
  return (bits & 0x7c00) != 0x7c00;
}
