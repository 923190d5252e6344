import type { Layout } from '../memory/layout.ts';

/** What a graph needs of buffers. */
export interface PassShape {
  /** Rows (tokens) of one pass at most. */
  readonly rows: number;
  /** Rows whose logits are computed at once; 0 for encoders. */
  readonly logitRows: number;
  readonly width: number;
  readonly hidden: number;
  readonly heads: number;
  readonly groups: number;
  readonly headWidth: number;
  /** Pairs that RoPE turns; 0 without. */
  readonly pairs: number;
  readonly vocabulary: number;
  /** Entries of all sequences' tables of blocks. */
  readonly tableEntries: number;
  readonly threads: number;
  readonly addressBytes: number;
}

/** Addresses of what a pass reads and writes. */
export interface PassBuffers {
  /** `PASS` words, then a segment's four words for each row at most. */
  readonly header: number;
  readonly segments: number;
  /** For each row: its token, its position (32-bit integers), the address of its block. */
  readonly tokens: number;
  readonly positions: number;
  readonly blocks: number;
  /** Rows whose logits are wanted: 32-bit integers. */
  readonly outputs: number;
  /** Addresses of the blocks of each segment. */
  readonly tables: number;
  /** Cosines and sines of each row. */
  readonly rope: number;
  /** Hidden states. */
  readonly x: number;
  /** Normed states, or what the heads gave. */
  readonly a: number;
  /** What a matrix gave to be added to the states. */
  readonly y: number;
  readonly q: number;
  readonly k: number;
  readonly v: number;
  readonly gate: number;
  readonly up: number;
  /** Quantised activations. */
  readonly activations: number;
  readonly logits: number;
  /** One for each thread. */
  readonly scratch: readonly number[];
}

/** Words of the header. */
export const PASS = { rows: 0, segments: 1, outputFrom: 2, outputCount: 3, layers: 4 } as const;

/** Words of a segment: rows of one sequence at successive positions, and where its table begins. */
export const SEGMENT = { firstRow: 0, rows: 1, position: 2, table: 3, words: 4 } as const;

const HEADER_BYTES = 64;

export function placePassBuffers(
  layout: Layout,
  shape: PassShape,
  bytes: { readonly activations: (columns: number) => number; readonly scratch: number },
): PassBuffers {
  const { rows, width, hidden } = shape;
  const inner = shape.heads * shape.headWidth;
  const grouped = shape.groups * shape.headWidth;
  const widest = Math.max(width, inner);
  return {
    header: layout.take(HEADER_BYTES),
    segments: layout.floats(rows * SEGMENT.words),
    tokens: layout.floats(rows),
    positions: layout.floats(rows),
    blocks: layout.take(rows * shape.addressBytes),
    outputs: layout.floats(rows),
    tables: layout.take(shape.tableEntries * shape.addressBytes),
    rope: layout.floats(rows * 2 * shape.pairs),
    x: layout.floats(rows * width),
    a: layout.floats(rows * widest),
    y: layout.floats(rows * width),
    ...overlapping(layout, rows, { q: inner, k: grouped, v: grouped }, { gate: hidden, up: hidden }),
    activations: layout.take(rows * bytes.activations(Math.max(widest, hidden))),
    logits: layout.floats(shape.logitRows * shape.vocabulary),
    scratch: Array.from({ length: shape.threads }, () => layout.take(bytes.scratch)),
  };
}

/** Attention's projections are done with before those of the feed-forward begin: they share their place. */
function overlapping(
  layout: Layout,
  rows: number,
  attention: { q: number; k: number; v: number },
  forward: { gate: number; up: number },
): Pick<PassBuffers, 'q' | 'k' | 'v' | 'gate' | 'up'> {
  const bytes = 4 * rows;
  const pad = (count: number): number => Math.ceil((count * bytes) / 64) * 64;
  const first = pad(attention.q) + pad(attention.k) + pad(attention.v);
  const at = layout.take(Math.max(first, pad(forward.gate) + pad(forward.up)));
  return {
    q: at,
    k: at + pad(attention.q),
    v: at + pad(attention.q) + pad(attention.k),
    gate: at,
    up: at + pad(forward.gate),
  };
}
