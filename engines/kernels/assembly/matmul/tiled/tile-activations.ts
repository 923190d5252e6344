import { activationBytes, integersOf, scaledSumsOf, scalesOf } from '../quantise';
import { beginOf, lowerBlock } from '../lowered';
import { evens, odds } from '../words';
import { isDirect } from './direct-types';

/*
 * Activations of four tokens, block after block: the words of each token, every word four times, as all lanes of a
 * vector are multiplied with it; what the tokens' sums begin with; the four scales e, the four e * t. Tokens that are
 * not there repeat the last one: their sums are not stored.
 */

export const TILE_TOKENS: i32 = 4;
export const TOKEN_WORDS_BYTES: usize = 16 * 16;
/** What the tokens' sums begin with, a vector each. */
export const BEGIN_AT: usize = 4 * TOKEN_WORDS_BYTES;
export const E_AT: usize = BEGIN_AT + 64;
export const ET_AT: usize = E_AT + 16;
export const TILE_BLOCK_BYTES: usize = ET_AT + 16;

/** `count` tokens from 1 to 4. `lowered`: room for a block. */
export function spreadTile(type: i32, activations: usize, count: i32, columns: i32, out: usize, lowered: usize): void {
  const blocks = columns >> 5;
  for (let t = 0; t < TILE_TOKENS; t++) {
    const vector = activations + <usize>min(t, count - 1) * activationBytes(columns);
    let integers = integersOf(vector, columns);
    let scale = scalesOf(vector);
    let scaledSum = scaledSumsOf(vector, columns);
    let block = out;
    for (let b = 0; b < blocks; b++) {
      spreadWords(type, integers, block + <usize>t * TOKEN_WORDS_BYTES, lowered);
      v128.store(block + 16 * <usize>t, beginOf(lowered), BEGIN_AT);
      store<f32>(block + 4 * <usize>t, load<f32>(scale), E_AT);
      store<f32>(block + 4 * <usize>t, load<f32>(scaledSum), ET_AT);
      integers += 32;
      scale += 4;
      scaledSum += 4;
      block += TILE_BLOCK_BYTES;
    }
  }
}

/** Lowered for types whose packed weights are multiplied as they are, plain for those that are unpacked. */
@inline
function spreadWords(type: i32, integers: usize, out: usize, lowered: usize): void {
  if (isDirect(type)) {
    lowerBlock(type, integers, lowered);
    for (let at: usize = 0; at < 64; at += 16) storeFour(out + 4 * at, v128.load(lowered + at));
    return;
  }
  const low = v128.load(integers);
  const high = v128.load(integers, 16);
  storeFour(out, evens(low));
  storeFour(out + 64, odds(low));
  storeFour(out + 128, evens(high));
  storeFour(out + 192, odds(high));
}

/** Four words, each four times. */
@inline
function storeFour(at: usize, words: v128): void {
  v128.store(at, i8x16.shuffle(words, words, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3));
  v128.store(at, i8x16.shuffle(words, words, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7), 16);
  v128.store(at, i8x16.shuffle(words, words, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11), 32);
  v128.store(at, i8x16.shuffle(words, words, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15), 48);
}
