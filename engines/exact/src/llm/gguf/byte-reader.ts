import { fromUtf8 } from '@isobit/core';
import { exactError } from '../../errors.ts';

/** The error for bytes that are no GGUF file. */
export const malformed = (what: string) =>
  exactError('MODEL_MALFORMED', `not a GGUF file: ${what}; fetch the file again or convert the model again`);

/** Thrown where the bytes at hand end and the file does not: read more of it and begin again. */
export class HeaderGoesOn extends Error {
  /** Bytes from the file's beginning that are needed at least. */
  readonly needed: number;

  constructor(needed: number) {
    super(`the header goes on beyond ${needed} bytes`);
    this.needed = needed;
  }
}

/** Reads little-endian values in order; never past the end. */
export class ByteReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #total: number;
  #at = 0;

  /** @param total bytes of the file that `bytes` are the beginning of */
  constructor(bytes: Uint8Array, total = bytes.length) {
    this.#bytes = bytes;
    this.#total = total;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  u8 = (): number => this.#view.getUint8(this.#take(1));
  i8 = (): number => this.#view.getInt8(this.#take(1));
  u16 = (): number => this.#view.getUint16(this.#take(2), true);
  i16 = (): number => this.#view.getInt16(this.#take(2), true);
  u32 = (): number => this.#view.getUint32(this.#take(4), true);
  i32 = (): number => this.#view.getInt32(this.#take(4), true);
  f32 = (): number => this.#view.getFloat32(this.#take(4), true);
  u64 = (): bigint => this.#view.getBigUint64(this.#take(8), true);
  i64 = (): bigint => this.#view.getBigInt64(this.#take(8), true);
  f64 = (): number => this.#view.getFloat64(this.#take(8), true);

  /** A count or size: refused above `most` before anything is allocated. */
  count(what: string, most: number): number {
    const value = this.u64();
    if (value <= BigInt(most)) return Number(value);
    throw exactError('MODEL_TOO_LARGE', `the GGUF file states ${value} ${what}, more than ${most}`, {
      what,
      most,
    });
  }

  text(what: string, most: number): string {
    const length = this.count(`bytes of ${what}`, most);
    const start = this.#take(length);
    try {
      return fromUtf8(this.#bytes.subarray(start, this.#at));
    } catch (error) {
      if (error instanceof TypeError) throw malformed(`${what} is not UTF-8`);
      throw error;
    }
  }

  /** Bytes that are left must suffice for this many elements: an early end to absurd counts. */
  expect(elements: number, bytesEach: number): void {
    if (elements * bytesEach > this.#total - this.#at) this.#take(elements * bytesEach);
  }

  #take(length: number): number {
    if (length > this.#total - this.#at) throw malformed('it ends within its header, truncated');
    if (length > this.#bytes.length - this.#at) throw new HeaderGoesOn(this.#at + length);
    const start = this.#at;
    this.#at += length;
    return start;
  }
}
