const MULTIPLIERS = [0xd2511f53n, 0xcd9e8d57n] as const;
const KEY_STEPS = [0x9e3779b9, 0xbb67ae85] as const;
const ROUNDS = 10;

type Four = readonly [number, number, number, number];

/** Philox4x32-10 (Salmon and others, 2011): four words of a counter and two of a key give four words. */
export function philox(counter: Four, key: readonly [number, number]): Four {
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const first = MULTIPLIERS[0] * BigInt(a);
    const second = MULTIPLIERS[1] * BigInt(c);
    [a, b, c, d] = [(high(second) ^ b ^ k0) >>> 0, low(second), (high(first) ^ d ^ k1) >>> 0, low(first)];
    k0 = (k0 + KEY_STEPS[0]) >>> 0;
    k1 = (k1 + KEY_STEPS[1]) >>> 0;
  }
  return [a, b, c, d];
}

const low = (value: bigint): number => Number(BigInt.asUintN(32, value));
const high = (value: bigint): number => Number(value >> 32n);

/**
 * The 64 random bits for the token at a position (section 11.4).
 *
 * @param seed 0 to 2^64 - 1
 * @param position of the token in its sequence, prompt included, from 0
 * @param choice which of the answers to one request, from 0
 */
export function randomBits(seed: bigint, position: number, choice: number): bigint {
  const [first, second] = philox([position, choice, 0, 0], [low(seed), high(seed)]);
  return (BigInt(second) << 32n) | BigInt(first);
}
