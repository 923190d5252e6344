/*
 * Functions of section 4.1 of profile-llm-exact-1 in four lanes. Each operation is one rounding and nothing is fused,
 * so every lane has the bits of the scalar text. Constants are the bits of the hexadecimal floats beside them.
 */

// @ts-expect-error: decorator
@inline
export function constant(bits: i32): v128 {
  return i32x4.splat(bits);
}

// @ts-expect-error: decorator
@inline
function step(y: v128, x: v128, bits: i32): v128 {
  return f32x4.add(f32x4.mul(y, x), constant(bits));
}

/** 1.5 * 2^23: what is added to it is rounded to an integer, ties to even, which then stands in its low bits. */
const ROUNDER: i32 = 0x4b400000;

// @ts-expect-error: decorator
@inline
export function exp4(x: v128): v128 {
  const shifted = f32x4.add(f32x4.mul(x, constant(0x3fb8aa3b)), constant(ROUNDER)); // 0x1.715476p+0
  const k = f32x4.sub(shifted, constant(ROUNDER));
  const high = f32x4.sub(x, f32x4.mul(k, constant(0x3f318000))); // 0x1.63p-1
  const r = f32x4.sub(high, f32x4.mul(k, constant(0xb95e8083))); // -0x1.bd0106p-13
  let p = constant(0x39506967); // 0x1.a0d2cep-13
  p = step(p, r, 0x3ab743ce); // 0x1.6e879cp-10
  p = step(p, r, 0x3c088908); // 0x1.11121p-7
  p = step(p, r, 0x3d2aa9c1); // 0x1.555382p-5
  p = step(p, r, 0x3e2aaaaa); // 0x1.555554p-3
  p = step(p, r, 0x3f000000); // 0x1p-1
  const y = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // Only the low nine bits of the sum stay, and those are k + 127.
  const power = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
  const inside = v128.andnot(f32x4.mul(y, power), f32x4.lt(x, f32x4.splat(-87)));
  return v128.bitselect(f32x4.splat(Infinity), inside, f32x4.gt(x, f32x4.splat(88)));
}

// @ts-expect-error: decorator
/**
 * exp4(x - shift) of sixteen floats, in place. Each use of a constant makes it anew, which costs as much as an operation
 * or two: so four vectors go side by side.
 */
export function expFour(at: usize, shift: f32): void {
  const shifts = f32x4.splat(shift);
  // @each v 0..3
  const x$v = f32x4.sub(v128.load(at, 16 * $v), shifts);
  // @end
  let c = constant(0x3fb8aa3b); // 0x1.715476p+0
  const rounder = constant(ROUNDER);
  // @each v 0..3
  const shifted$v = f32x4.add(f32x4.mul(x$v, c), rounder);
  // @end
  c = constant(0x3f318000); // 0x1.63p-1
  // @each v 0..3
  let r$v = f32x4.sub(x$v, f32x4.mul(f32x4.sub(shifted$v, rounder), c));
  // @end
  c = constant(0xb95e8083); // -0x1.bd0106p-13
  // @each v 0..3
  r$v = f32x4.sub(r$v, f32x4.mul(f32x4.sub(shifted$v, rounder), c));
  // @end
  c = constant(0x39506967); // 0x1.a0d2cep-13
  // @each v 0..3
  let p$v = f32x4.mul(c, r$v);
  // @end
  c = constant(0x3ab743ce); // 0x1.6e879cp-10
  // @each v 0..3
  p$v = f32x4.mul(f32x4.add(p$v, c), r$v);
  // @end
  c = constant(0x3c088908); // 0x1.11121p-7
  // @each v 0..3
  p$v = f32x4.mul(f32x4.add(p$v, c), r$v);
  // @end
  c = constant(0x3d2aa9c1); // 0x1.555382p-5
  // @each v 0..3
  p$v = f32x4.mul(f32x4.add(p$v, c), r$v);
  // @end
  c = constant(0x3e2aaaaa); // 0x1.555554p-3
  // @each v 0..3
  p$v = f32x4.mul(f32x4.add(p$v, c), r$v);
  // @end
  c = constant(0x3f000000); // 0x1p-1
  // @each v 0..3
  p$v = f32x4.mul(f32x4.add(p$v, c), f32x4.mul(r$v, r$v));
  // @end
  c = f32x4.splat(1);
  const bias = i32x4.splat(127);
  // @each v 0..3
  p$v = f32x4.mul(f32x4.add(f32x4.add(p$v, r$v), c), i32x4.shl(i32x4.add(shifted$v, bias), 23));
  // @end
  const least = f32x4.splat(-87);
  const most = f32x4.splat(88);
  const infinite = f32x4.splat(Infinity);
  // @each v 0..3
  const inside$v = v128.andnot(p$v, f32x4.lt(x$v, least));
  v128.store(at, v128.bitselect(infinite, inside$v, f32x4.gt(x$v, most)), 16 * $v);
  // @end
}

@inline
function withSign(magnitude: v128, x: v128): v128 {
  return v128.xor(magnitude, v128.and(f32x4.lt(x, f32x4.splat(0)), constant(0x80000000)));
}

// @ts-expect-error: decorator
@inline
export function tanh4(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = constant(0xbbbaf0ea); // -0x1.75e1d4p-8
  p = step(p, z, 0x3ca9134e); // 0x1.52269cp-6
  p = step(p, z, 0xbd5c1e2d); // -0x1.b83c5ap-5
  p = step(p, z, 0x3e088393); // 0x1.110726p-3
  p = step(p, z, 0xbeaaaa99); // -0x1.555532p-2
  const small = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x);
  const e = exp4(f32x4.mul(f32x4.splat(2), magnitude));
  const y = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
  return v128.bitselect(small, withSign(y, x), f32x4.lt(magnitude, f32x4.splat(0.625)));
}

// @ts-expect-error: decorator
@inline
export function erf4(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const s = f32x4.mul(x, x);
  let p = constant(0x38a4b519); // 0x1.496a32p-14
  p = step(p, s, 0xba51fb80); // -0x1.a3f7p-11
  p = step(p, s, 0x3baa02d9); // 0x1.5405b2p-8
  p = step(p, s, 0xbcdbfc87); // -0x1.b7f90ep-6
  p = step(p, s, 0x3de7167c); // 0x1.ce2cf8p-4
  p = step(p, s, 0xbec0939f); // -0x1.81273ep-2
  p = step(p, s, 0x3f906eba); // 0x1.20dd74p+0
  const small = f32x4.mul(x, p);
  const inside = f32x4.lt(magnitude, f32x4.splat(1));
  if (i32x4.all_true(inside)) return small;

  const v = f32x4.div(f32x4.splat(1), magnitude);
  const w = f32x4.mul(v, v);
  let near = constant(0x3cbe9cf4); // 0x1.7d39e8p-6
  near = step(near, w, 0xbe0e0868); // -0x1.1c10dp-3
  near = step(near, w, 0x3ebccbd0); // 0x1.7997ap-2
  near = step(near, w, 0xbf151cf8); // -0x1.2a39fp-1
  near = step(near, w, 0x3f1ef9e3); // 0x1.3df3c6p-1
  near = step(near, w, 0xbefd28c0); // -0x1.fa518p-2
  near = step(near, w, 0x3eae5471); // 0x1.5ca8e2p-2
  near = step(near, w, 0xbe8c5880); // -0x1.18b1p-2
  near = step(near, w, 0x3f1056e6); // 0x1.20adccp-1
  let far = constant(0xc127a483); // -0x1.4f4906p+3
  far = step(far, w, 0x414fa29c); // 0x1.9f4538p+3
  far = step(far, w, 0xc0efdb4a); // -0x1.dfb694p+2
  far = step(far, w, 0x403af1fa); // 0x1.75e3f4p+1
  far = step(far, w, 0xbf81f436); // -0x1.03e86cp+0
  far = step(far, w, 0x3ed7fc3e); // 0x1.aff87cp-2
  far = step(far, w, 0xbe906c5d); // -0x1.20d8bap-2
  far = step(far, w, 0x3f106eb9); // 0x1.20dd72p-1
  const tail = v128.bitselect(near, far, f32x4.lt(magnitude, f32x4.splat(2)));
  const y = f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.mul(exp4(f32x4.neg(s)), v), tail));
  return v128.bitselect(small, withSign(y, x), inside);
}

// @ts-expect-error: decorator
@inline
export function silu4(x: v128): v128 {
  return f32x4.div(x, f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

// @ts-expect-error: decorator
@inline
export function geluErf4(x: v128): v128 {
  const inner = erf4(f32x4.mul(x, constant(0x3f3504f3))); // 0x1.6a09e6p-1
  return f32x4.mul(f32x4.mul(f32x4.splat(0.5), x), f32x4.add(f32x4.splat(1), inner));
}

// @ts-expect-error: decorator
@inline
export function softCap4(x: v128, cap: v128): v128 {
  return f32x4.mul(cap, tanh4(f32x4.div(x, cap)));
}

/** The first `count` of four floats, 0 to 4, and zeros behind them; reads no byte beyond them. */
// @ts-expect-error: decorator
@inline
export function loadSome(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at);
  let lanes = f32x4.splat(0);
  if (count > 0) lanes = f32x4.replace_lane(lanes, 0, load<f32>(at));
  if (count > 1) lanes = f32x4.replace_lane(lanes, 1, load<f32>(at, 4));
  if (count > 2) lanes = f32x4.replace_lane(lanes, 2, load<f32>(at, 8));
  return lanes;
}

/** Writes the first `count` of four floats, 0 to 4. */
// @ts-expect-error: decorator
@inline
export function storeSome(at: usize, lanes: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, lanes);
    return;
  }
  if (count > 0) store<f32>(at, f32x4.extract_lane(lanes, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(lanes, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(lanes, 2), 8);
}
