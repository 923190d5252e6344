/** Reads WebAssembly's numbers. Throws where the bytes end early. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    if (end > bytes.length) throw new Error(`a part of the module ends at byte ${end}, after its last`);
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined || this.done) throw new Error(`the module ends within byte ${this.at}`);
    this.at++;
    return byte;
  }

  /** LEB128, of at most 64 bits; signed ones too, whose value nobody needs. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new Error(`a number at byte ${this.at} has more than ten bytes`);
  }

  skip(count: number): void {
    if (this.at + count > this.end) throw new Error(`the module ends within ${count} bytes at ${this.at}`);
    this.at += count;
  }

  text(): string {
    const length = this.number();
    const start = this.at;
    this.skip(length);
    return new TextDecoder().decode(this.#bytes.subarray(start, this.at));
  }

  /** The next `length` bytes by themselves. */
  part(length: number): Reader {
    const part = new Reader(this.#bytes, this.at, this.at + length);
    this.skip(length);
    return part;
  }
}
