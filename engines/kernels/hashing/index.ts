import { storeInitial, storeRounds } from './constants';
import { bigSigma0, bigSigma1, choice, sigma0, sigma1 } from './lanes';
import { bytesTurned, storeTransposed } from './words';

/*
 * SHA-256 (FIPS 180-4) of four messages at once, a lane each: the same instructions, four times the work. `work` is
 * 2240 bytes of the host's, at a multiple of 64: the rounds' constants, the schedule's 64 words, the eight words of
 * state, and room to turn digests around.
 */

const SCHEDULE: usize = 1024;
const STATE: usize = 2048;
const TURNED: usize = 2176;
const ROUND_BYTES = 16;
const SCHEDULED: usize = 48 * ROUND_BYTES;
const ROUNDS: usize = 64 * ROUND_BYTES;

/** Writes what is the same for all hashes; once for each `work`. */
export function prepare(work: usize): void {
  storeRounds(work);
}

/** Begins four hashes. */
export function begin(work: usize): void {
  storeInitial(work + STATE);
}

/**
 * Takes `chunks` chunks of 64 bytes of each message, from any addresses. Padding is the host's: the last chunk ends
 * with it.
 */
export function update(work: usize, m0: usize, m1: usize, m2: usize, m3: usize, chunks: i32): void {
  const state = work + STATE;
  const schedule = work + SCHEDULE;
  // @each v,i a,0 b,1 c,2 d,3 e,4 f,5 g,6 h,7
  let $v = v128.load(state, 16 * $i);
  // @end
  for (let chunk = 0; chunk < chunks; chunk++) {
    const turned = bytesTurned();
    // @each q 0..3
    storeTransposed(
      schedule + 64 * $q,
      v128.swizzle(v128.load(m0, 16 * $q), turned),
      v128.swizzle(v128.load(m1, 16 * $q), turned),
      v128.swizzle(v128.load(m2, 16 * $q), turned),
      v128.swizzle(v128.load(m3, 16 * $q), turned),
    );
    // @end
    // @each m 0..3
    m$m += 64;
    // @end
    // Eight rounds a step: then each variable is in its own place again. The words for sixteen rounds later are made between
    // them, so that the processor has something to do while a round waits for the one before.
    let at = schedule;
    // @each Last,Words SCHEDULED,1 ROUNDS,0
    for (const end = schedule + $Last; at < end; at += 8 * ROUND_BYTES) {
      const constants = at - SCHEDULE;
      let bc = v128.xor(b, c);
      let ab: v128;
      // @each i,a,b,c,d,e,f,g,h,ab,bc 0,a,b,c,d,e,f,g,h,ab,bc 1,h,a,b,c,d,e,f,g,bc,ab 2,g,h,a,b,c,d,e,f,ab,bc 3,f,g,h,a,b,c,d,e,bc,ab 4,e,f,g,h,a,b,c,d,ab,bc 5,d,e,f,g,h,a,b,c,bc,ab 6,c,d,e,f,g,h,a,b,ab,bc 7,b,c,d,e,f,g,h,a,bc,ab
      $h = i32x4.add($h, i32x4.add(v128.load(at, 16 * $i), v128.load(constants, 16 * $i)));
      $h = i32x4.add($h, choice($e, $f, $g));
      $h = i32x4.add($h, bigSigma1($e));
      $d = i32x4.add($d, $h);
      // Majority of a, b and c; the next round's b ^ c is this one's a ^ b.
      $ab = v128.xor($a, $b);
      $h = i32x4.add($h, v128.xor($b, v128.and($ab, $bc)));
      $h = i32x4.add($h, bigSigma0($a));
      if ($Words) {
        const early = i32x4.add(v128.load(at, 16 * $i), v128.load(at, 16 * ($i + 9)));
        const later = i32x4.add(early, sigma0(v128.load(at, 16 * ($i + 1))));
        v128.store(at, i32x4.add(later, sigma1(v128.load(at, 16 * ($i + 14)))), 16 * ($i + 16));
      }
      // @end
    }
    // @end
    // @each v,i a,0 b,1 c,2 d,3 e,4 f,5 g,6 h,7
    $v = i32x4.add($v, v128.load(state, 16 * $i));
    v128.store(state, $v, 16 * $i);
    // @end
  }
}

/** Writes the four digests, 32 bytes each, one after the other. */
export function finish(work: usize, digests: usize): void {
  const turned = bytesTurned();
  // @each half 0 1
  {
    const from = work + STATE + 64 * $half;
    const transposed = work + TURNED;
    storeTransposed(transposed, v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48));
    // @each m 0..3
    v128.store(digests, v128.swizzle(v128.load(transposed, 16 * $m), turned), 32 * $m + 16 * $half);
    // @end
  }
  // @end
}
