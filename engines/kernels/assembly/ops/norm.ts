import { loadSome, storeSome } from './lanes';
import { CENTRED, PLAIN, SQUARED, sumOf } from './sum';

/** RMSNorm of each of `rows` rows of n floats (section 7.1); `out` may be `x`. */
export function rmsNorm(x: usize, weight: usize, out: usize, rows: i32, n: i32, epsilon: f32): void {
  for (let row = 0; row < rows; row++) {
    const r: f32 = (1 as f32) / sqrt<f32>(sumOf(x, n, 0, SQUARED) / (n as f32) + epsilon);
    const scale = f32x4.splat(r);
    for (let i = 0; i < n; i += 4) {
      const at = (i as usize) << 2;
      const left = n - i;
      const value = f32x4.mul(loadSome(x + at, left), scale);
      storeSome(out + at, f32x4.mul(value, loadSome(weight + at, left)), left);
    }
    x += (n as usize) << 2;
    out += (n as usize) << 2;
  }
}

/** LayerNorm of each of `rows` rows of n floats (section 7.2); `out` may be `x`. */
export function layerNorm(
  x: usize,
  weight: usize,
  bias: usize,
  out: usize,
  rows: i32,
  n: i32,
  epsilon: f32,
): void {
  for (let row = 0; row < rows; row++) {
    const mean: f32 = sumOf(x, n, 0, PLAIN) / (n as f32);
    const r: f32 = (1 as f32) / sqrt<f32>(sumOf(x, n, mean, CENTRED) / (n as f32) + epsilon);
    for (let i = 0; i < n; i += 4) {
      const at = (i as usize) << 2;
      const left = n - i;
      const centred = f32x4.sub(loadSome(x + at, left), f32x4.splat(mean));
      const scaled = f32x4.mul(f32x4.mul(centred, f32x4.splat(r)), loadSome(weight + at, left));
      storeSome(out + at, f32x4.add(scaled, loadSome(bias + at, left)), left);
    }
    x += (n as usize) << 2;
    out += (n as usize) << 2;
  }
}

/** Gives n floats length one, in place; leaves them where they are all zero (section 7.3). */
export function unitLength(x: usize, n: i32): void {
  const length = sqrt<f32>(sumOf(x, n, 0, SQUARED));
  if (length == 0) return;
  for (let i = 0; i < n; i++) {
    const at = x + ((i as usize) << 2);
    store<f32>(at, load<f32>(at) / length);
  }
}
