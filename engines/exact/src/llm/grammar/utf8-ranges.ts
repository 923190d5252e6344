import type { Range } from './expression.ts';

/** One set of bytes for each place: together the UTF-8 forms of a range of code points. */
export type ByteRanges = readonly Range[];

/** Code points from which UTF-8 takes one byte more. */
const LONGER = [0x80, 0x800, 0x10000] as const;

/**
 * A range of code points as sequences of byte ranges whose UTF-8 forms are exactly those of the range.
 *
 * @param range without surrogates
 */
export function utf8Ranges([from, to]: Range): ByteRanges[] {
  const border = LONGER.find((first) => from < first && first <= to);
  if (border !== undefined) return [...utf8Ranges([from, border - 1]), ...utf8Ranges([border, to])];
  const length = 1 + LONGER.filter((first) => first <= from).length;
  return split(from, to, length);
}

/** Of equal length: split so that a byte is a whole range (80 to bf) wherever one before it varies. */
function split(from: number, to: number, length: number): ByteRanges[] {
  for (let tail = length - 1; tail > 0; tail--) {
    const mask = 2 ** (6 * tail) - 1;
    if (from >> (6 * tail) === to >> (6 * tail)) continue;
    if ((from & mask) !== 0) {
      const end = from | mask;
      return [...split(from, end, length), ...split(end + 1, to, length)];
    }
    if ((to & mask) !== mask) {
      const start = to - (to & mask);
      return [...split(from, start - 1, length), ...split(start, to, length)];
    }
  }
  const low = bytesOf(from, length);
  const high = bytesOf(to, length);
  return [low.map((byte, i) => [byte, high[i] as number] as const)];
}

const FIRST = [0, 0x00, 0xc0, 0xe0, 0xf0] as const;

function bytesOf(point: number, length: number): number[] {
  const bytes: number[] = [];
  let rest = point;
  for (let i = 1; i < length; i++) {
    bytes.unshift(0x80 | (rest & 0x3f));
    rest >>= 6;
  }
  return [(FIRST[length] as number) | rest, ...bytes];
}
