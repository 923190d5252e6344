/*
 * Some blocks of 32 columns of a panel, made ready for all tiles of a group: scales and offsets as floats, eight of
 * each for a block, then weights for types that are unpacked. For each of a block's 16 words two vectors, rows 0 to 3
 * and 4 to 7, each lane two 16-bit weights. A weight of Q6_K is its integer times its factor.
 */

/** Blocks at once: they stay in the first-level cache while activations pass by. In K types eight belong together. */
export const CHUNK: i32 = 16;
/** Blocks at once whose weights are not unpacked: their scales have room in a chunk. */
export const LONG_CHUNK: i32 = 128;

export const SCALES_BYTES: i32 = 64;
export const WEIGHTS_BYTES: i32 = 16 * 32;
export const CHUNK_BYTES: usize = <usize>CHUNK * (SCALES_BYTES + WEIGHTS_BYTES);

/** The weights of a chunk's first block; its scales are at `chunk`. */
@inline
export function chunkWeights(chunk: usize): usize { return chunk + <usize>CHUNK * SCALES_BYTES; }

@inline
export function offsetsAt(scales: usize): usize { return scales + 32; }
