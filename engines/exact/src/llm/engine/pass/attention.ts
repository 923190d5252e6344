import type { Machine } from '../memory/machine.ts';
import type { Team } from '../threads/team.ts';
import { type PassBuffers, SEGMENT } from './pass-buffers.ts';

/** Rows of a tile (queries times heads of a group): enough that unpacking a block for them costs little. */
const TILE_ROWS = 32;

/** Heads, as attention sees them. */
export interface HeadShape {
  readonly heads: number;
  readonly groups: number;
  readonly headWidth: number;
  /** Positions that one sees; 0: all. */
  readonly window: number;
  /** 0: none. */
  readonly cap: number;
  /** Whether a position sees those behind it. */
  readonly causal: boolean;
}

export const tileQueries = ({ heads, groups }: Pick<HeadShape, 'heads' | 'groups'>): number =>
  Math.max(1, Math.floor(TILE_ROWS / (heads / groups)));

/** Attention of all rows of a pass: tiles go round the threads. */
export function attendAll(
  machine: Machine,
  team: Team,
  shape: HeadShape,
  buffers: PassBuffers,
  segments: number,
  layer: number,
): void {
  const { kernels, integers, addressBytes } = machine;
  const { heads, groups, headWidth, window, cap, causal } = shape;
  const perGroup = heads / groups;
  const stride = 4 * heads * headWidth;
  const atOnce = tileQueries(shape);
  let turn = 0;
  for (let s = 0; s < segments; s++) {
    const at = buffers.segments / 4 + s * SEGMENT.words;
    const firstRow = integers[at + SEGMENT.firstRow] as number;
    const rows = integers[at + SEGMENT.rows] as number;
    const position = integers[at + SEGMENT.position] as number;
    const table = buffers.tables + (integers[at + SEGMENT.table] as number) * addressBytes;
    for (let query = 0; query < rows; query += atOnce) {
      for (let group = 0; group < groups; group++) {
        if (turn++ % team.threads !== team.thread) continue;
        const place = (firstRow + query) * stride + 4 * group * perGroup * headWidth;
        kernels.attend(
          buffers.q + place,
          buffers.a + place,
          stride,
          Math.min(atOnce, rows - query),
          perGroup,
          group,
          groups,
          headWidth,
          position + query,
          causal ? -1 : position + rows - 1,
          window,
          cap,
          table,
          layer,
          buffers.scratch[team.thread] as number,
        );
      }
    }
  }
}
