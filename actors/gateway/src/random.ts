/** Drawn at once, in bytes: a draw costs about the same for 32. */
const DRAWN = 4_096;

/** Random bytes of the system's generator, each given out once. */
export function createRandom(): (length: number) => Uint8Array {
  let pool = new Uint8Array(0);
  return (length) => {
    if (pool.length < length) pool = crypto.getRandomValues(new Uint8Array(Math.max(DRAWN, length)));
    const taken = pool.slice(0, length);
    // What was a salt is nobody else's to read.
    pool.fill(0, 0, length);
    pool = pool.subarray(length);
    return taken;
  };
}
