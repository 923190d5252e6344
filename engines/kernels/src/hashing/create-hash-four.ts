import type { HashingFunctions } from './hashing-functions.ts';

/**
 * SHA-256 of `prefix ‖ message` for each of four messages of equal length. They may lie in shared memory; nobody may
 * write to them meanwhile.
 *
 * @throws RangeError where there are not four, or their lengths differ
 */
export type HashFour = (prefix: Uint8Array, messages: readonly Uint8Array[]) => Uint8Array[];

/**
 * Four hashes at a time on one thread, in 128 KiB of memory of its own. It uses nothing from around it: a thread may be
 * started from its text.
 *
 * @param module what `compileHashing` gives
 */
export function createHashFour(module: WebAssembly.Module): HashFour {
  const MESSAGES = 4;
  const CHUNK = 64;
  /** So much of each message is copied and hashed at a time: four of them stay in a processor's second cache. */
  const PIECE = 16_384;
  /** Not a power of two: four streams in step would otherwise want the same places of the first cache. */
  const LANE = PIECE + 2 * CHUNK;
  const WORK = MESSAGES * LANE;
  const DIGESTS = WORK + 2_240;
  const memory = new WebAssembly.Memory({ initial: 2 });
  const bytes = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const functions = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown;
  const { prepare, begin, update, finish } = functions as HashingFunctions;
  prepare(WORK);

  /** Writes bytes [from, to) of prefix ‖ message ‖ padding at `at`. */
  const fill = (prefix: Uint8Array, message: Uint8Array, at: number, from: number, to: number): void => {
    const start = prefix.length;
    const end = start + message.length;
    if (from < start) bytes.set(prefix.subarray(from, to), at);
    if (from < end && to > start) {
      const first = Math.max(from, start);
      bytes.set(message.subarray(first - start, Math.min(to, end) - start), at + first - from);
    }
    if (to <= end) return;
    bytes.fill(0, at + Math.max(0, end - from), at + to - from);
    if (end >= from) bytes[at + end - from] = 0x80;
  };

  return (prefix, messages) => {
    const [first] = messages;
    if (!first || messages.length !== MESSAGES || messages.some(({ length }) => length !== first.length)) {
      throw new RangeError(`four messages of equal length are hashed together, not ${messages.length}`);
    }
    const length = prefix.length + first.length;
    const padded = Math.ceil((length + 9) / CHUNK) * CHUNK;
    // So that a message lies here as far from a multiple of 64 as there: it is copied in whole words.
    const shift = (CHUNK - (prefix.length % CHUNK)) % CHUNK;
    begin(WORK);
    for (let from = 0; from < padded; from += PIECE) {
      const to = Math.min(padded, from + PIECE);
      for (const [lane, message] of messages.entries()) {
        const at = lane * LANE + shift;
        fill(prefix, message, at, from, to);
        if (to === padded) view.setBigUint64(at + to - from - 8, 8n * BigInt(length));
      }
      update(WORK, shift, LANE + shift, 2 * LANE + shift, 3 * LANE + shift, (to - from) / CHUNK);
    }
    finish(WORK, DIGESTS);
    return Array.from({ length: MESSAGES }, (_, i) => bytes.slice(DIGESTS + 32 * i, DIGESTS + 32 * i + 32));
  };
}
