/*
 * Some cells of a panel, unpacked: what the tile kernels read. For each block of 32 columns of eight rows, the
 * scales, the offsets (in types with offsets), then for each of 16 words two vectors: rows 0 to 3 and 4 to 7, each
 * lane two 16-bit weights. A weight of Q6_K is its integer times its factor.
 */

export const UNPACKED_BYTES: i32 = 64 + 16 * 32;

/** Blocks unpacked at once: they stay in the first-level cache while activations pass by. */
export const CHUNK: i32 = 16;

@inline
export function scalesAt(block: usize): usize { return block; }

@inline
export function offsetsAt(block: usize): usize { return block + 32; }

@inline
export function weightsAt(block: usize): usize { return block + 64; }
