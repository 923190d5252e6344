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

/** Some queries of one sequence. */
interface Tile {
  readonly row: number;
  readonly queries: number;
  readonly position: number;
  /** The last position of its segment. */
  readonly last: number;
  readonly table: number;
}

function tilesOf(
  { integers, addressBytes }: Machine,
  buffers: PassBuffers,
  segments: number,
  atOnce: number,
): Tile[] {
  const tiles: Tile[] = [];
  for (let s = 0; s < segments; s++) {
    const at = buffers.segments / 4 + s * SEGMENT.words;
    const firstRow = integers[at + SEGMENT.firstRow] as number;
    const rows = integers[at + SEGMENT.rows] as number;
    const position = integers[at + SEGMENT.position] as number;
    const table = buffers.tables + (integers[at + SEGMENT.table] as number) * addressBytes;
    for (let query = 0; query < rows; query += atOnce) {
      tiles.push({
        row: firstRow + query,
        queries: Math.min(atOnce, rows - query),
        position: position + query,
        last: position + rows - 1,
        table,
      });
    }
  }
  return tiles;
}

/** Attention of all rows of a pass: threads take tiles, each with one group of heads. */
export function attendAll(
  machine: Machine,
  team: Team,
  shape: HeadShape,
  buffers: PassBuffers,
  segments: number,
  layer: number,
): void {
  const { heads, groups, headWidth, window, cap, causal } = shape;
  const perGroup = heads / groups;
  const stride = 4 * heads * headWidth;
  const scratch = buffers.scratch[team.thread] as number;
  const tiles = tilesOf(machine, buffers, segments, tileQueries(shape));
  team.claim(0, tiles.length * groups, 1, (from, to) => {
    for (let turn = from; turn < to; turn++) {
      const tile = tiles[Math.floor(turn / groups)] as Tile;
      const group = turn % groups;
      const place = tile.row * stride + 4 * group * perGroup * headWidth;
      machine.kernels.attend(
        buffers.q + place,
        buffers.a + place,
        stride,
        tile.queries,
        perGroup,
        group,
        groups,
        headWidth,
        tile.position,
        causal ? -1 : tile.last,
        window,
        cap,
        tile.table,
        layer,
        scratch,
      );
    }
  });
}
