/*
 * How 32 weights of one row lie in its lane of a cell's vectors. `words` holds them as sixteen words of two 16-bit
 * integers (words.ts); `lane` is the row's lane of the cell's first vector, `row` 0 to 7.
 *
 * A lane has two halves of 16 bits, one for each of a word's two columns, and a half holds several weights side by
 * side. Whoever multiplies reads them without masks: the whole half v counts its upper weights too, and each
 * arithmetic shift of v takes the lower ones away (lowered.ts). For that the topmost weight is kept as if signed: its top
 * bit is flipped.
 */

@inline
function word(words: usize, k: usize): u32 { return load<u32>(words + 4 * k); }

/** The next pair of vectors: rows 0 to 3 and 4 to 7. */
const PAIR: usize = 32;

/** Eight steps of two words: bits 0 to 7, biased by 128, and 8 to 15. */
export function placeEights(words: usize, lane: usize): void {
  for (let s: usize = 0; s < 8; s++) {
    const k = ((s & 4) << 1) + (s & 3);
    store<u32>(lane + PAIR * s, ((word(words, k) & 0x00ff00ff) | ((word(words, k + 4) & 0x00ff00ff) << 8)) ^ 0x00800080);
  }
}

/** Four steps of four words: s, s + 4, s + 8, s + 12. */
export function placeFours(words: usize, lane: usize): void {
  for (let s: usize = 0; s < 4; s++) {
    const low = word(words, s) | (word(words, s + 4) << 4);
    const high = (word(words, s + 8) << 8) | (word(words, s + 12) << 12);
    store<u32>(lane + PAIR * s, (low | high) ^ 0x80008000);
  }
}

/** Five steps of three words: s, s + 5, s + 10. The last word of all rows is one more vector, a half for each row. */
export function placeFives(words: usize, lane: usize, row: usize): void {
  for (let s: usize = 0; s < 5; s++) {
    store<u32>(lane + PAIR * s, word(words, s) | (word(words, s + 5) << 5) | (word(words, s + 10) << 10));
  }
  const last = word(words, 15);
  const half = lane - ((row >> 2) << 4) + 5 * PAIR + ((row >> 2) << 1);
  store<u16>(half, (last & 31) | ((last >> 16) << 5));
}

/**
 * For each 16 columns three steps: words 0 and 1, 2 and 3, 4 and 5 with six bits each; four bits remain at the top,
 * which hold the low four bits of word 6, those of word 7, and the high two of both.
 */
export function placeSixes(words: usize, lane: usize): void {
  for (let group: usize = 0; group < 2; group++) {
    const six = word(words, 6);
    const seven = word(words, 7);
    const high = ((six >> 4) & 0x00030003) | ((seven >> 2) & 0x000c000c);
    store<u32>(lane, twoSixes(words, 0) | topFour(six & 0x000f000f));
    store<u32>(lane, twoSixes(words, 2) | topFour(seven & 0x000f000f), PAIR);
    store<u32>(lane, twoSixes(words, 4) | topFour(high), 2 * PAIR);
    words += 32;
    lane += 3 * PAIR;
  }
}

@inline
function twoSixes(words: usize, k: usize): u32 { return word(words, k) | (word(words, k + 1) << 6); }

@inline
function topFour(fours: u32): u32 { return (fours << 12) ^ 0x80008000; }
