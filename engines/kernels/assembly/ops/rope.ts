/**
 * Turns each head of `rows` rows in place (section 8.2).
 *
 * @param x rows of `heads` heads of `width` floats
 * @param table for each row the cosines of `pairs` pairs, then their sines
 * @param adjacent 1: pairs are neighbours; 0: places i and i + pairs
 */
export function rope(
  x: usize,
  table: usize,
  rows: i32,
  heads: i32,
  width: i32,
  pairs: i32,
  adjacent: i32,
): void {
  const bytes = (pairs as usize) << 2;
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      if (adjacent) turnAdjacent(x, table, table + bytes, pairs);
      else turnHalves(x, x + bytes, table, table + bytes, pairs);
      x += (width as usize) << 2;
    }
    table += bytes << 1;
  }
}

// @ts-expect-error: decorator
@inline
function turnOne(a: usize, b: usize, cos: f32, sin: f32): void {
  const x = load<f32>(a);
  const y = load<f32>(b);
  const left: f32 = x * cos;
  const right: f32 = y * sin;
  store<f32>(a, left - right);
  const low: f32 = x * sin;
  const high: f32 = y * cos;
  store<f32>(b, low + high);
}

function turnHalves(a: usize, b: usize, cos: usize, sin: usize, pairs: i32): void {
  let i = 0;
  for (; i + 4 <= pairs; i += 4) {
    const at = (i as usize) << 2;
    const x = v128.load(a + at);
    const y = v128.load(b + at);
    const c = v128.load(cos + at);
    const s = v128.load(sin + at);
    v128.store(a + at, f32x4.sub(f32x4.mul(x, c), f32x4.mul(y, s)));
    v128.store(b + at, f32x4.add(f32x4.mul(x, s), f32x4.mul(y, c)));
  }
  for (; i < pairs; i++) {
    const at = (i as usize) << 2;
    turnOne(a + at, b + at, load<f32>(cos + at), load<f32>(sin + at));
  }
}

function turnAdjacent(head: usize, cos: usize, sin: usize, pairs: i32): void {
  let i = 0;
  for (; i + 4 <= pairs; i += 4) {
    const at = (i as usize) << 2;
    const first = v128.load(head);
    const second = v128.load(head, 16);
    const x = v128.shuffle<f32>(first, second, 0, 2, 4, 6);
    const y = v128.shuffle<f32>(first, second, 1, 3, 5, 7);
    const c = v128.load(cos + at);
    const s = v128.load(sin + at);
    const left = f32x4.sub(f32x4.mul(x, c), f32x4.mul(y, s));
    const right = f32x4.add(f32x4.mul(x, s), f32x4.mul(y, c));
    v128.store(head, v128.shuffle<f32>(left, right, 0, 4, 1, 5));
    v128.store(head, v128.shuffle<f32>(left, right, 2, 6, 3, 7), 16);
    head += 32;
  }
  for (; i < pairs; i++) {
    const at = (i as usize) << 2;
    turnOne(head, head + 4, load<f32>(cos + at), load<f32>(sin + at));
    head += 8;
  }
}
