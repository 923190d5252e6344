import type { Reader } from './reader.ts';

type Immediates = (reader: Reader) => void;

const none: Immediates = () => {};
const number: Immediates = (reader) => reader.number();
const lane: Immediates = (reader) => reader.byte();
const bytes =
  (count: number): Immediates =>
  (reader) =>
    reader.skip(count);
const numbers: Immediates = (reader) => {
  for (let left = reader.number(); left > 0; left--) reader.number();
};

const both =
  (first: Immediates, second: Immediates): Immediates =>
  (reader) => {
    first(reader);
    second(reader);
  };

/** Alignment and offset. Bit 6 of the alignment would name another memory. */
const place: Immediates = (reader) => {
  if (reader.number() >= 64) throw new Error('an instruction names another memory than the first');
  reader.number();
};

const placeAndLane: Immediates = (reader) => {
  place(reader);
  lane(reader);
};

/** From and to, and what follows. */
type Range = readonly [first: number, last: number, immediates: Immediates];

/*
 * What kernels may be made of. All of it gives the same bits on every host, but for the bits of a NaN. Not listed:
 * calls of functions that are not known here, tables, growth of the memory, atomics, exceptions, references, and
 * relaxed SIMD (0xfd 0x100 and above), whose results are each host's own.
 */
const PLAIN: readonly Range[] = [
  [0x00, 0x01, none], // unreachable, nop
  [0x02, 0x04, number], // block, loop, if: the type is a signed number
  [0x05, 0x05, none], // else
  [0x0b, 0x0b, none], // end
  [0x0c, 0x0d, number], // br, br_if
  [0x0e, 0x0e, both(numbers, number)], // br_table
  [0x0f, 0x0f, none], // return
  [0x10, 0x10, number], // call
  [0x1a, 0x1b, none], // drop, select
  [0x1c, 0x1c, numbers], // select of a type
  [0x20, 0x22, number], // local.get, set, tee
  [0x28, 0x3e, place], // loads and stores
  [0x41, 0x42, number], // i32.const, i64.const
  [0x43, 0x43, bytes(4)], // f32.const
  [0x44, 0x44, bytes(8)], // f64.const
  [0x45, 0xc4, none], // comparisons, arithmetic, conversions
];

const EXTENDED: readonly Range[] = [
  [0, 7, none], // trunc_sat
  [10, 10, both(number, number)], // memory.copy
  [11, 11, number], // memory.fill
];

const SIMD: readonly Range[] = [
  [0, 11, place], // loads, extending and splatting ones too; store
  [12, 13, bytes(16)], // v128.const, i8x16.shuffle
  [14, 20, none], // swizzle, splats
  [21, 34, lane], // extract and replace lanes
  [35, 83, none], // comparisons, bitwise
  [84, 91, placeAndLane], // load and store lanes
  [92, 93, place], // load and zero
  [94, 255, none], // arithmetic, conversions
];

const find = (ranges: readonly Range[], code: number): Immediates | undefined =>
  ranges.find(([first, last]) => first <= code && code <= last)?.[2];

/** Reads one instruction. Returns how a refused one is spelled, undefined for an allowed one. */
export function readInstruction(reader: Reader): string | undefined {
  const code = reader.byte();
  const prefixed = code === 0xfc ? EXTENDED : code === 0xfd ? SIMD : undefined;
  const second = prefixed ? reader.number() : undefined;
  const immediates = prefixed ? find(prefixed, second as number) : find(PLAIN, code);
  if (!immediates)
    return [code, second].flatMap((each) => (each === undefined ? [] : [`0x${each.toString(16)}`])).join(' ');
  immediates(reader);
  return undefined;
}
