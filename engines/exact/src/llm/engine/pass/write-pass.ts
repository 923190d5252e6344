import type { Block } from '../cache/block-pool.ts';
import type { Machine } from '../memory/machine.ts';
import { PASS, type PassBuffers, SEGMENT } from './pass-buffers.ts';

/** Rows of one sequence: successive tokens and where they stand. */
export interface PassSegment {
  readonly tokens: readonly number[];
  readonly position: number;
  readonly blocks: readonly Block[];
}

/** Positions of a block of the cache. */
const BLOCK = 64;

/**
 * Writes what a pass is about into memory, for all threads.
 *
 * @param eachRow told of each row and its position
 * @returns how many rows there are
 */
export function writePass(
  machine: Machine,
  buffers: PassBuffers,
  segments: readonly PassSegment[],
  eachRow: (row: number, position: number, segment: number) => void,
): number {
  const { integers } = machine;
  let row = 0;
  let table = 0;
  segments.forEach(({ tokens, position, blocks }, s) => {
    const at = buffers.segments / 4 + s * SEGMENT.words;
    integers[at + SEGMENT.firstRow] = row;
    integers[at + SEGMENT.rows] = tokens.length;
    integers[at + SEGMENT.position] = position;
    integers[at + SEGMENT.table] = table;
    for (const block of blocks) machine.setAddress(buffers.tables, table++, block.address);
    tokens.forEach((token, i) => {
      const place = position + i;
      integers[buffers.tokens / 4 + row] = token;
      integers[buffers.positions / 4 + row] = place;
      machine.setAddress(buffers.blocks, row, (blocks[Math.floor(place / BLOCK)] as Block).address);
      eachRow(row++, place, s);
    });
  });
  writeHeader(machine, buffers, {
    rows: row,
    segments: segments.length,
    layers: 1,
    outputFrom: 0,
    outputCount: 0,
  });
  return row;
}

export function writeHeader(
  { integers }: Machine,
  { header }: PassBuffers,
  words: Partial<Record<keyof typeof PASS, number>>,
): void {
  for (const [name, value] of Object.entries(words))
    integers[header / 4 + PASS[name as keyof typeof PASS]] = value;
}
