import { mul } from '../math/f32.ts';
import { halfToFloat } from '../math/half.ts';
import type { Block } from './block.ts';

/* Types with blocks of 256 (section 5.3), as eight blocks of 32. Views begin at the block's first byte. */

const BLOCKS = [0, 1, 2, 3, 4, 5, 6, 7];

const half = (view: DataView, at: number): number => halfToFloat(view.getUint16(at, true));

const integers = (of: (i: number) => number): Int8Array => Int8Array.from({ length: 32 }, (_, i) => of(i));

/** Six bits each of the scale and the minimum of block `j`, from the twelve bytes at 4. */
function scaleAndMinimum(view: DataView, j: number): { scale: number; minimum: number } {
  const byte = (i: number): number => view.getUint8(4 + i);
  if (j < 4) return { scale: byte(j) & 63, minimum: byte(j + 4) & 63 };
  return {
    scale: (byte(j + 4) & 15) | ((byte(j - 4) >> 6) << 4),
    minimum: (byte(j + 4) >> 4) | ((byte(j) >> 6) << 4),
  };
}

/** Blocks 2k and 2k+1 are the low and high halves of 32 bytes. */
const nibble = (view: DataView, at: number, j: number, i: number): number =>
  (view.getUint8(at + (j >> 1) * 32 + i) >> ((j & 1) * 4)) & 15;

/** 11 bits by 6 bits: the products are exact. */
function scaled(view: DataView, j: number, of: (i: number) => number): Block {
  const { scale, minimum } = scaleAndMinimum(view, j);
  return {
    scale: mul(half(view, 0), scale),
    offset: -mul(half(view, 2), minimum),
    integers: integers(of),
  };
}

export const unpackQ4K = (view: DataView): Block[] =>
  BLOCKS.map((j) => scaled(view, j, (i) => nibble(view, 16, j, i)));

export const unpackQ5K = (view: DataView): Block[] =>
  BLOCKS.map((j) =>
    scaled(view, j, (i) => nibble(view, 48, j, i) | (((view.getUint8(16 + i) >> j) & 1) << 4)),
  );

export const unpackQ6K = (view: DataView): Block[] =>
  BLOCKS.map((j) => {
    const [side, quarter] = [j >> 2, j & 3];
    const low = side * 64 + (quarter & 1) * 32;
    const high = 128 + side * 32;
    return {
      scale: half(view, 208),
      factors: [view.getInt8(192 + 2 * j), view.getInt8(193 + 2 * j)],
      integers: integers((i) => {
        const four = (view.getUint8(low + i) >> ((quarter >> 1) * 4)) & 15;
        const two = (view.getUint8(high + i) >> (quarter * 2)) & 3;
        return (four | (two << 4)) - 32;
      }),
    };
  });
