import { joinHalves, leavesHalves, placeOfHalf, toHalves } from './half';
import { loadSome } from './lanes';

/*
 * A block of the cache holds 64 positions of every layer. Of one layer, its slab:
 *
 *   64 bytes   the first word is not zero where a half of the slab is infinite or NaN
 *   keys       for each group: n rows of 64 halves, so that positions are lanes
 *   values     for each group: 64 rows of n halves, each padded to 8, so that a head's values are lanes
 *
 * Eight halves of a row lie as half.ts says.
 */

export const BLOCK: i32 = 64;
export const HEAD_BYTES: usize = 64;

/** Halves of one position's values of one group. */
// @ts-expect-error: decorator
@inline
export function padded(n: i32): i32 {
  return (n + 7) & ~7;
}

// @ts-expect-error: decorator
@inline
export function keysOf(slab: usize, group: i32, n: i32): usize {
  return slab + HEAD_BYTES + (((group * n) as usize) << 7);
}

// @ts-expect-error: decorator
@inline
export function valuesOf(slab: usize, group: i32, groups: i32, n: i32): usize {
  return slab + HEAD_BYTES + (((groups * n + group * padded(n)) as usize) << 7);
}

/** Bytes of one layer's slab. */
export function slabBytes(groups: i32, n: i32): usize {
  return valuesOf(0, groups, groups, n);
}

/**
 * Writes keys and values of `rows` positions into the cache.
 *
 * @param k rows of groups * n floats
 * @param v likewise
 * @param blocks for each row the address of its block, as usize
 * @param positions for each row its position, as i32
 * @param layer bytes from a block's beginning to this layer's slab
 */
export function cacheRows(
  k: usize,
  v: usize,
  blocks: usize,
  positions: usize,
  layer: usize,
  rows: i32,
  groups: i32,
  n: i32,
): void {
  const bytes = ((groups * n) as usize) << 2;
  for (let row = 0; row < rows; row++) {
    const slab = load<usize>(blocks + (row as usize) * sizeof<usize>()) + layer;
    const place = load<i32>(positions + ((row as usize) << 2)) & (BLOCK - 1);
    let beyond = i32x4.splat(0);
    // Keys of all groups lie behind each other, as they do in k.
    let key = keysOf(slab, 0, n) + ((placeOfHalf(place) as usize) << 1);
    const count = groups * n;
    for (let i = 0; i < count; i += 4) {
      const left = count - i;
      const lanes = loadSome(k + ((i as usize) << 2), left);
      beyond = v128.or(beyond, leavesHalves(lanes));
      const halves = toHalves(lanes);
      store<u16>(key, i32x4.extract_lane(halves, 0) as u16);
      if (left > 1) store<u16>(key, i32x4.extract_lane(halves, 1) as u16, 128);
      if (left > 2) store<u16>(key, i32x4.extract_lane(halves, 2) as u16, 256);
      if (left > 3) store<u16>(key, i32x4.extract_lane(halves, 3) as u16, 384);
      key += 512;
    }
    const width = (padded(n) as usize) << 1;
    for (let group = 0; group < groups; group++) {
      const from = v + (((group * n) as usize) << 2);
      const to = valuesOf(slab, group, groups, n) + (place as usize) * width;
      for (let i = 0; i < n; i += 8) {
        const first = loadSome(from + ((i as usize) << 2), n - i);
        const second = loadSome(from + ((i as usize) << 2) + 16, n - i - 4);
        beyond = v128.or(beyond, v128.or(leavesHalves(first), leavesHalves(second)));
        v128.store(to + ((i as usize) << 1), joinHalves(toHalves(first), toHalves(second)));
      }
    }
    if (v128.any_true(beyond)) store<i32>(slab, 1);
    k += bytes;
    v += bytes;
  }
}

/** Makes a block fit for other positions: no half of it is infinite. */
export function clearBlock(block: usize, layers: i32, layerBytes: usize): void {
  for (let layer = 0; layer < layers; layer++) store<i32>(block + (layer as usize) * layerBytes, 0);
}
