import { halfToFloat } from '../math/half.ts';
import type { Block } from './block.ts';

/* Types with blocks of 32 (section 5.2). Views begin at the block's first byte. */

const half = (view: DataView, at: number): number => halfToFloat(view.getUint16(at, true));

/** Low halves of 16 bytes are weights 0 to 15, high halves 16 to 31. */
const nibble = (view: DataView, at: number, i: number): number =>
  i < 16 ? view.getUint8(at + i) & 15 : view.getUint8(at + i - 16) >> 4;

/** The fifth bit of weight `i`: bit `i` of 32, little-endian. */
const fifth = (view: DataView, at: number, i: number): number => ((view.getUint32(at, true) >>> i) & 1) << 4;

const integers = (of: (i: number) => number): Int8Array => Int8Array.from({ length: 32 }, (_, i) => of(i));

export const unpackQ80 = (view: DataView): Block => ({
  scale: half(view, 0),
  integers: integers((i) => view.getInt8(2 + i)),
});

export const unpackQ40 = (view: DataView): Block => ({
  scale: half(view, 0),
  integers: integers((i) => nibble(view, 2, i) - 8),
});

export const unpackQ41 = (view: DataView): Block => ({
  scale: half(view, 0),
  offset: half(view, 2),
  integers: integers((i) => nibble(view, 4, i)),
});

export const unpackQ50 = (view: DataView): Block => ({
  scale: half(view, 0),
  integers: integers((i) => (nibble(view, 6, i) | fifth(view, 2, i)) - 16),
});

export const unpackQ51 = (view: DataView): Block => ({
  scale: half(view, 0),
  offset: half(view, 2),
  integers: integers((i) => nibble(view, 8, i) | fifth(view, 4, i)),
});
