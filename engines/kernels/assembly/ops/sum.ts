import { loadSome } from './lanes';

/** What is added up. */
export const PLAIN: i32 = 0;
/** (x_i - mean)^2 */
export const CENTRED: i32 = 1;
/** x_i^2 */
export const SQUARED: i32 = 2;

// @ts-expect-error: decorator
@inline
function term(x: v128, mean: v128, kind: i32): v128 {
  if (kind == PLAIN) return x;
  const value = kind == CENTRED ? f32x4.sub(x, mean) : x;
  return f32x4.mul(value, value);
}

/** `term` of the first `count` of four lanes, and zero elsewhere: an accumulator, never -0, keeps its bits. */
// @ts-expect-error: decorator
@inline
function someTerm(at: usize, count: i32, mean: v128, kind: i32): v128 {
  const lanes = term(loadSome(at, count), mean, kind);
  const index = i32x4(0, 1, 2, 3);
  return v128.and(lanes, i32x4.lt_s(index, i32x4.splat(count)));
}

/** SUM of section 3 over n floats: 32 accumulators in eight vectors, folded by halves. */
// @ts-expect-error: decorator
@inline
export function sumOf(x: usize, n: i32, mean: f32, kind: i32): f32 {
  const m = f32x4.splat(mean);
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  let i = 0;
  for (; i + 32 <= n; i += 32) {
    a0 = f32x4.add(a0, term(v128.load(x), m, kind));
    a1 = f32x4.add(a1, term(v128.load(x, 16), m, kind));
    a2 = f32x4.add(a2, term(v128.load(x, 32), m, kind));
    a3 = f32x4.add(a3, term(v128.load(x, 48), m, kind));
    a4 = f32x4.add(a4, term(v128.load(x, 64), m, kind));
    a5 = f32x4.add(a5, term(v128.load(x, 80), m, kind));
    a6 = f32x4.add(a6, term(v128.load(x, 96), m, kind));
    a7 = f32x4.add(a7, term(v128.load(x, 112), m, kind));
    x += 128;
  }
  const left = n - i;
  if (left > 0) a0 = f32x4.add(a0, someTerm(x, left, m, kind));
  if (left > 4) a1 = f32x4.add(a1, someTerm(x + 16, left - 4, m, kind));
  if (left > 8) a2 = f32x4.add(a2, someTerm(x + 32, left - 8, m, kind));
  if (left > 12) a3 = f32x4.add(a3, someTerm(x + 48, left - 12, m, kind));
  if (left > 16) a4 = f32x4.add(a4, someTerm(x + 64, left - 16, m, kind));
  if (left > 20) a5 = f32x4.add(a5, someTerm(x + 80, left - 20, m, kind));
  if (left > 24) a6 = f32x4.add(a6, someTerm(x + 96, left - 24, m, kind));
  if (left > 28) a7 = f32x4.add(a7, someTerm(x + 112, left - 28, m, kind));
  return fold(a0, a1, a2, a3, a4, a5, a6, a7);
}

// @ts-expect-error: decorator
@inline
function fold(a0: v128, a1: v128, a2: v128, a3: v128, a4: v128, a5: v128, a6: v128, a7: v128): f32 {
  const b0 = f32x4.add(a0, a4);
  const b1 = f32x4.add(a1, a5);
  const b2 = f32x4.add(a2, a6);
  const b3 = f32x4.add(a3, a7);
  const four = f32x4.add(f32x4.add(b0, b2), f32x4.add(b1, b3));
  const two = f32x4.add(four, v128.shuffle<f32>(four, four, 2, 3, 0, 1));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}
