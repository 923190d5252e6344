import { fromUtf8, limits } from '@isobit/core';
import { exactError } from '../../errors.ts';

const malformed = (what: string) => exactError('MODEL_MALFORMED', `not an ONNX file: ${what}`);

/** Counts over a whole file, so that a small file cannot become many objects. */
export interface WireBudget {
  fields: number;
}

/**
 * Reads one protobuf message. It is stricter than protobuf: engines merge a field that is given twice where other
 * readers take the last, so a second look at the same bytes would see another model; here that is refused, and
 * so is a field that the schema does not name.
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #budget: WireBudget;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number, budget: WireBudget) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#budget = budget;
  }

  /**
   * Hands each field to its handler.
   *
   * @param type name of the message, for errors
   * @param fields by number: how to read it, and whether it may repeat
   * @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE`
   */
  each(type: string, fields: FieldTable): void {
    const seen = new Set<number>();
    while (this.#at < this.#end) {
      const tag = this.#small();
      const number = tag >>> 3;
      const field = fields[number];
      if (!field)
        throw malformed(`${type} has a field ${number}, which this version of Isobit does not know`);
      if (!field.repeated && seen.has(number)) throw malformed(`${type} gives its field ${number} twice`);
      seen.add(number);
      if (++this.#budget.fields > limits.onnxFields) {
        throw exactError('MODEL_TOO_LARGE', `the model file has more than ${limits.onnxFields} fields`);
      }
      const wire = tag & 7;
      if (field.wires.includes(wire)) field.read(this, wire);
      else throw malformed(`field ${number} of ${type} has wire type ${wire}`);
    }
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** Signed 64-bit value of a varint. */
  varint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 127) << shift;
      if (byte < 128) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    throw malformed('a varint of more than ten bytes');
  }

  /** Bytes of a length-delimited field: a view, not a copy. */
  bytes(): Uint8Array {
    const length = this.#small();
    return this.#bytes.subarray(this.#at, this.#skip(length));
  }

  text(): string {
    try {
      return fromUtf8(this.bytes());
    } catch (error) {
      if (error instanceof TypeError) throw malformed('a text that is not UTF-8');
      throw error;
    }
  }

  message(): WireReader {
    const length = this.#small();
    const start = this.#at;
    return new WireReader(this.#bytes, start, this.#skip(length), this.#budget);
  }

  /** Passes over a field's value. */
  skip(wire: number): void {
    if (wire === 0) this.varint();
    else this.#skip(wire === 1 ? 8 : wire === 5 ? 4 : this.#small());
  }

  #byte(): number {
    if (this.#at >= this.#end) throw malformed('it ends within a field; the file may be truncated');
    return this.#bytes[this.#at++] as number;
  }

  /** A varint below 2^31: tags and lengths. */
  #small(): number {
    const value = this.varint();
    if (value < 0n || value > 0x7fffffffn) throw malformed('a length or tag out of range');
    return Number(value);
  }

  #skip(length: number): number {
    if (length > this.#end - this.#at) throw malformed('it ends within a field; the file may be truncated');
    this.#at += length;
    return this.#at;
  }
}

interface WireField {
  readonly repeated: boolean;
  readonly wires: readonly number[];
  read(reader: WireReader, wire: number): void;
}

/** Fields of a message, by number. */
export type FieldTable = { readonly [number: number]: WireField };

const LONGEST_LIST = 1_024;

function countVarints(packed: Uint8Array): number {
  let count = 0;
  for (const byte of packed) if (byte < 128) count++;
  return count;
}

const VARINT = [0];
const DELIMITED = [2];
const ANY = [0, 1, 2, 5];

export const one = {
  varint: (set: (value: bigint) => void): WireField => ({
    repeated: false,
    wires: VARINT,
    read: (r) => set(r.varint()),
  }),
  text: (set: (value: string) => void): WireField => ({
    repeated: false,
    wires: DELIMITED,
    read: (r) => set(r.text()),
  }),
  bytes: (set: (value: Uint8Array) => void): WireField => ({
    repeated: false,
    wires: DELIMITED,
    read: (r) => set(r.bytes()),
  }),
  message: (set: (value: WireReader) => void): WireField => ({
    repeated: false,
    wires: DELIMITED,
    read: (r) => set(r.message()),
  }),
  skipped: { repeated: false, wires: ANY, read: (r, wire) => r.skip(wire) } satisfies WireField as WireField,
};

export const many = {
  /** A short list of integers, packed or not: the dimensions of a tensor. */
  varints: (add: (value: bigint) => void): WireField => ({
    repeated: true,
    wires: [0, 2],
    read(r, wire) {
      if (wire === 0) return add(r.varint());
      const list = r.message();
      for (let left = LONGEST_LIST; !list.done; left--) {
        if (left === 0)
          throw malformed(`a list of more than ${LONGEST_LIST} integers where dimensions stand`);
        add(list.varint());
      }
    },
  }),
  /** Numbers that are counted, not read. `width` is their size in bytes, 0 for varints; packed or not. */
  counted: (width: 0 | 4 | 8, add: (count: number, packed?: Uint8Array) => void): WireField => ({
    repeated: true,
    wires: [2, width === 0 ? 0 : width === 4 ? 5 : 1],
    read(r, wire) {
      if (wire !== 2) {
        r.skip(wire);
        return add(1);
      }
      const packed = r.bytes();
      if (width > 0 && packed.length % width > 0) throw malformed('a packed list that ends within a number');
      add(width > 0 ? packed.length / width : countVarints(packed), packed);
    },
  }),
  text: (add: (value: string) => void): WireField => ({
    repeated: true,
    wires: DELIMITED,
    read: (r) => add(r.text()),
  }),
  bytes: (add: (value: Uint8Array) => void): WireField => ({
    repeated: true,
    wires: DELIMITED,
    read: (r) => add(r.bytes()),
  }),
  message: (add: (value: WireReader) => void): WireField => ({
    repeated: true,
    wires: DELIMITED,
    read: (r) => add(r.message()),
  }),
  skipped: { repeated: true, wires: ANY, read: (r, wire) => r.skip(wire) } satisfies WireField as WireField,
};
