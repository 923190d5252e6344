import { activationBytes, integersOf, scaledSumsOf, scalesOf } from '../quantise';
import { evens, odds } from '../words';

/*
 * Activations of four tokens, block after block: the words of each token, every word four times, as all lanes of a
 * vector are multiplied with it; then the four scales e, the four e * t. Tokens that are not there repeat the last
 * one: their sums are not stored.
 */

export const TILE_TOKENS: i32 = 4;
export const TOKEN_WORDS_BYTES: usize = 16 * 16;
const E_AT: usize = 4 * TOKEN_WORDS_BYTES;
const ET_AT: usize = E_AT + 16;
export const TILE_BLOCK_BYTES: usize = ET_AT + 16;

@inline
export function tileScales(block: usize): usize { return block + E_AT; }

@inline
export function tileScaledSums(block: usize): usize { return block + ET_AT; }

/** `count` tokens from 1 to 4. */
export function spreadTile(activations: usize, count: i32, columns: i32, out: usize): void {
  const blocks = columns >> 5;
  for (let t = 0; t < TILE_TOKENS; t++) {
    const vector = activations + <usize>min(t, count - 1) * activationBytes(columns);
    let integers = integersOf(vector, columns);
    let scale = scalesOf(vector);
    let scaledSum = scaledSumsOf(vector, columns);
    let words = out + <usize>t * TOKEN_WORDS_BYTES;
    let constants = out + <usize>t * 4;
    for (let b = 0; b < blocks; b++) {
      const low = v128.load(integers);
      const high = v128.load(integers, 16);
      storeFour(words, evens(low));
      storeFour(words + 64, odds(low));
      storeFour(words + 128, evens(high));
      storeFour(words + 192, odds(high));
      store<f32>(constants, load<f32>(scale), E_AT);
      store<f32>(constants, load<f32>(scaledSum), ET_AT);
      integers += 32;
      scale += 4;
      scaledSum += 4;
      words += TILE_BLOCK_BYTES;
      constants += TILE_BLOCK_BYTES;
    }
  }
}

/** Four words, each four times. */
@inline
function storeFour(at: usize, words: v128): void {
  v128.store(at, i8x16.shuffle(words, words, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3));
  v128.store(at, i8x16.shuffle(words, words, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7), 16);
  v128.store(at, i8x16.shuffle(words, words, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11), 32);
  v128.store(at, i8x16.shuffle(words, words, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15), 48);
}
