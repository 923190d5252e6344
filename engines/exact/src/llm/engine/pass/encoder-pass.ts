import type { EncoderDescription, EncoderLayer, EncoderTensors, Norm } from '../../graph/encoder-tensors.ts';
import type { Machine } from '../memory/machine.ts';
import type { PlacedMatrix, PlacedVector } from '../memory/place-tensors.ts';
import { share, type Team } from '../threads/team.ts';
import { attendAll, type HeadShape } from './attention.ts';
import { type Activations, multiply, quantiseFor } from './linear.ts';
import { PASS, type PassBuffers, SEGMENT } from './pass-buffers.ts';

/** All that a thread has to know to run an encoder: plain data. */
export interface EncoderPlan {
  readonly kind: 'encoder';
  readonly tensors: EncoderTensors<PlacedMatrix, PlacedVector>;
  readonly buffers: PassBuffers;
  /** Bytes of one layer within a block of the cache. */
  readonly slabBytes: number;
}

export const encoderHeads = ({ heads, width }: EncoderDescription): HeadShape => ({
  heads,
  groups: heads,
  headWidth: width / heads,
  window: 0,
  cap: 0,
  causal: false,
});

/**
 * One pass (section 10.3) over whole texts, each a segment that begins at position 0. The embedding of segment i
 * lies at row i of `y`.
 */
export function runEncoder(machine: Machine, team: Team, plan: EncoderPlan): void {
  const { buffers, tensors } = plan;
  const header = (word: number) => machine.integers[buffers.header / 4 + word] as number;
  const rows = header(PASS.rows);
  const segments = header(PASS.segments);
  embed(machine, team, plan, rows);
  tensors.layers.forEach((layer, index) => {
    runLayer(machine, team, plan, layer, { rows, segments, at: index * plan.slabBytes });
  });
  team.barrier();
  if (team.thread === 0) for (let s = 0; s < segments; s++) pool(machine, plan, s);
  team.barrier();
}

function embed(machine: Machine, team: Team, { tensors, buffers }: EncoderPlan, rows: number): void {
  const { kernels, integers } = machine;
  const { width } = tensors.description;
  const scratch = buffers.scratch[team.thread] as number;
  const look = (matrix: PlacedMatrix, index: number, out: number): void =>
    kernels.unpackRow(matrix.type, matrix.at, index, width, out, scratch);
  const [from, to] = share(rows, 1, team);
  for (let row = from; row < to; row++) {
    const x = buffers.x + 4 * width * row;
    const y = buffers.y + 4 * width * row;
    look(tensors.embedding, integers[buffers.tokens / 4 + row] as number, x);
    look(tensors.kinds, 0, y);
    kernels.addTo(x, y, width);
    look(tensors.places, integers[buffers.positions / 4 + row] as number, y);
    kernels.addTo(x, y, width);
  }
  norm(machine, tensors.description, tensors.embeddingNorm, buffers.x, buffers.x, from, to);
}

function norm(
  { kernels }: Machine,
  { width, epsilon }: EncoderDescription,
  { weight, bias }: Norm<PlacedVector>,
  x: number,
  out: number,
  from: number,
  to: number,
): void {
  const at = 4 * width * from;
  kernels.layerNorm(x + at, weight, bias, out + at, to - from, width, epsilon);
}

function runLayer(
  machine: Machine,
  team: Team,
  plan: EncoderPlan,
  layer: EncoderLayer<PlacedMatrix, PlacedVector>,
  { rows, segments, at }: { rows: number; segments: number; at: number },
): void {
  const { kernels } = machine;
  const { buffers } = plan;
  const d = plan.tensors.description;
  const heads = encoderHeads(d);
  const scratch = buffers.scratch[team.thread] as number;
  const [from, to] = share(rows, 1, team);
  const place = 4 * d.width * from;
  const from32 = (floats: number, columns: number): Activations => ({
    floats,
    quantised: buffers.activations,
    columns,
    rows,
  });
  /** x = LayerNorm(y + x), of this thread's rows. */
  const join = (weights: Norm<PlacedVector>): void => {
    kernels.addTo(buffers.x + place, buffers.y + place, (to - from) * d.width);
    norm(machine, d, weights, buffers.x, buffers.x, from, to);
  };

  const states = from32(buffers.x, d.width);
  quantiseFor(machine, [layer.query, layer.key, layer.value], states, from, to);
  team.barrier();
  multiply(machine, team, { activations: states, scratch }, [
    [layer.query, buffers.q],
    [layer.key, buffers.k],
    [layer.value, buffers.v],
  ]);
  team.barrier();
  kernels.cacheRows(
    buffers.k + place,
    buffers.v + place,
    buffers.blocks + machine.addressBytes * from,
    buffers.positions + 4 * from,
    at,
    to - from,
    heads.groups,
    heads.headWidth,
  );
  team.barrier();
  attendAll(machine, team, heads, buffers, segments, at);
  team.barrier();
  const attended = from32(buffers.a, d.width);
  quantiseFor(machine, [layer.output], attended, from, to);
  team.barrier();
  multiply(machine, team, { activations: attended, scratch }, [[layer.output, buffers.y]]);
  team.barrier();
  join(layer.outputNorm);
  quantiseFor(machine, [layer.up], states, from, to);
  team.barrier();
  multiply(machine, team, { activations: states, scratch }, [[layer.up, buffers.up]], (first, end) =>
    kernels.geluErf(buffers.up + 4 * first, 4 * d.hidden, rows, end - first),
  );
  team.barrier();
  const hidden = from32(buffers.up, d.hidden);
  quantiseFor(machine, [layer.down], hidden, from, to);
  team.barrier();
  multiply(machine, team, { activations: hidden, scratch }, [[layer.down, buffers.y]]);
  team.barrier();
  join(layer.layerNorm);
}

/** The embedding of segment s: its rows in ascending order, or the first, of length one. */
function pool({ kernels, integers, floats }: Machine, { tensors, buffers }: EncoderPlan, s: number): void {
  const { width, pooling } = tensors.description;
  const at = buffers.segments / 4 + s * SEGMENT.words;
  const first = integers[at + SEGMENT.firstRow] as number;
  const rows = integers[at + SEGMENT.rows] as number;
  const out = buffers.y + 4 * width * s;
  floats.fill(0, out / 4, out / 4 + width);
  if (pooling === 'first')
    floats.copyWithin(out / 4, buffers.x / 4 + width * first, buffers.x / 4 + width * (first + 1));
  else {
    for (let row = first; row < first + rows; row++) kernels.addTo(out, buffers.x + 4 * width * row, width);
    kernels.divideBy(out, width, rows);
  }
  kernels.unitLength(out, width);
}
