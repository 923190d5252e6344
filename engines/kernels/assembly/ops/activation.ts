import { expFour, geluErf4, loadSome, silu4, softCap4, storeSome } from './lanes';

/** gate = silu(gate) * up, for n floats of each of `rows` rows that are `stride` bytes apart. */
export function siluTimes(gate: usize, up: usize, stride: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 16 <= n; i += 16) {
      const at = (i as usize) << 2;
      siluTimesFour(gate + at, up + at);
    }
    for (; i < n; i += 4) {
      const at = (i as usize) << 2;
      const left = n - i;
      const value = f32x4.mul(silu4(loadSome(gate + at, left)), loadSome(up + at, left));
      storeSome(gate + at, value, left);
    }
    gate += stride;
    up += stride;
  }
}

/** The same for sixteen floats. */
// @ts-expect-error: decorator
@inline
function siluTimesFour(gate: usize, up: usize): void {
  // @each v 0..3
  const x$v = v128.load(gate, 16 * $v);
  v128.store(gate, f32x4.neg(x$v), 16 * $v);
  // @end
  expFour(gate, 0);
  const one = f32x4.splat(1);
  // @each v 0..3
  const value$v = f32x4.mul(f32x4.div(x$v, f32x4.add(one, v128.load(gate, 16 * $v))), v128.load(up, 16 * $v));
  v128.store(gate, value$v, 16 * $v);
  // @end
}

/** x = gelu-erf(x), for n floats of each of `rows` rows that are `stride` bytes apart. */
export function geluErf(x: usize, stride: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < n; i += 4) {
      const at = x + ((i as usize) << 2);
      storeSome(at, geluErf4(loadSome(at, n - i)), n - i);
    }
    x += stride;
  }
}

/** x = soft-cap(x, cap), for n floats. */
export function softCap(x: usize, n: i32, cap: f32): void {
  for (let i = 0; i < n; i += 4) {
    const at = x + ((i as usize) << 2);
    storeSome(at, softCap4(loadSome(at, n - i), f32x4.splat(cap)), n - i);
  }
}

/** x = x + y, for n floats. */
export function addTo(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = (i as usize) << 2;
    storeSome(x + at, f32x4.add(loadSome(x + at, n - i), loadSome(y + at, n - i)), n - i);
  }
}

/** Adds `bias` to n floats of each of `rows` rows that are `stride` bytes apart. */
export function addBias(x: usize, stride: usize, bias: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row++) {
    addTo(x, bias, n);
    x += stride;
  }
}

/** Each of n floats divided by `divisor`. */
export function divideBy(x: usize, n: i32, divisor: f32): void {
  for (let i = 0; i < n; i++) {
    const at = x + ((i as usize) << 2);
    store<f32>(at, load<f32>(at) / divisor);
  }
}
