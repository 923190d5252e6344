/*
 * Four tokens by eight rows of float weights (section 6.3): eight partial sums in registers, each of four rows for
 * one token. The totals lie in memory, two vectors a token.
 */

/** Adds `columns` columns to the totals; `a` to `d` are the tokens' activations from the first of them. */
export function addFloatTile(weights: usize, a: usize, b: usize, c: usize, d: usize, columns: i32, sums: usize): void {
  for (let left = columns; left > 0; left -= 32) {
    let a0 = f32x4.splat(0), a1 = f32x4.splat(0), b0 = f32x4.splat(0), b1 = f32x4.splat(0);
    let c0 = f32x4.splat(0), c1 = f32x4.splat(0), d0 = f32x4.splat(0), d1 = f32x4.splat(0);
    const end = a + 4 * <usize>min(left, 32);
    do {
      const low = v128.load(weights);
      const high = v128.load(weights, 16);
      let x = v128.load32_splat(a);
      a0 = f32x4.add(a0, f32x4.mul(low, x));
      a1 = f32x4.add(a1, f32x4.mul(high, x));
      x = v128.load32_splat(b);
      b0 = f32x4.add(b0, f32x4.mul(low, x));
      b1 = f32x4.add(b1, f32x4.mul(high, x));
      x = v128.load32_splat(c);
      c0 = f32x4.add(c0, f32x4.mul(low, x));
      c1 = f32x4.add(c1, f32x4.mul(high, x));
      x = v128.load32_splat(d);
      d0 = f32x4.add(d0, f32x4.mul(low, x));
      d1 = f32x4.add(d1, f32x4.mul(high, x));
      weights += 32;
      a += 4;
      b += 4;
      c += 4;
      d += 4;
    } while (a < end);
    addPart(sums, a0, a1);
    addPart(sums + 32, b0, b1);
    addPart(sums + 64, c0, c1);
    addPart(sums + 96, d0, d1);
  }
}

@inline
function addPart(sums: usize, low: v128, high: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), low));
  v128.store(sums, f32x4.add(v128.load(sums, 16), high), 16);
}
