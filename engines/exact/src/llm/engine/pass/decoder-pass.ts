import type { DecoderDescription } from '../../graph/decoder-description.ts';
import type { DecoderLayer, DecoderTensors } from '../../graph/decoder-tensors.ts';
import type { Machine } from '../memory/machine.ts';
import type { PlacedMatrix, PlacedVector } from '../memory/place-tensors.ts';
import { share, type Team } from '../threads/team.ts';
import { attendAll, type HeadShape } from './attention.ts';
import { type Activations, multiply, multiplyRows, quantiseFor } from './linear.ts';
import { PASS, type PassBuffers } from './pass-buffers.ts';

/** All that a thread has to know to run a decoder: plain data. */
export interface DecoderPlan {
  readonly kind: 'decoder';
  readonly tensors: DecoderTensors<PlacedMatrix, PlacedVector>;
  readonly buffers: PassBuffers;
  /** Bytes of one layer within a block of the cache. */
  readonly slabBytes: number;
}

type Layer = DecoderLayer<PlacedMatrix, PlacedVector>;

/** A window that reaches beyond the context hides nothing. */
export const headShape = (d: DecoderDescription): HeadShape => ({
  heads: d.heads,
  groups: d.groups,
  headWidth: d.headWidth,
  window: d.window && d.window < d.context ? d.window : 0,
  cap: d.scoreCap ?? 0,
  causal: true,
});

/**
 * One pass (section 10.2) over the rows that the header tells, and the logits of the outputs that it tells. Every
 * thread of the team runs it; each computes its share between barriers, and no share changes a bit.
 */
export function runDecoder(machine: Machine, team: Team, plan: DecoderPlan): void {
  const { buffers, tensors } = plan;
  const header = (word: number) => machine.integers[buffers.header / 4 + word] as number;
  const rows = header(PASS.rows);
  if (header(PASS.layers)) {
    embed(machine, team, plan, rows);
    const segments = header(PASS.segments);
    tensors.layers.forEach((layer, index) => {
      attention(machine, team, plan, layer, { rows, segments, index });
      feedForward(machine, team, plan, layer, rows);
    });
    team.barrier();
  }
  const count = header(PASS.outputCount);
  if (count > 0) logits(machine, team, plan, header(PASS.outputFrom), count);
  team.barrier();
}

function embed(
  { kernels, integers }: Machine,
  team: Team,
  { tensors, buffers }: DecoderPlan,
  rows: number,
): void {
  const { type, columns, at } = tensors.embedding;
  const [from, to] = share(rows, 1, team);
  for (let row = from; row < to; row++) {
    const token = integers[buffers.tokens / 4 + row] as number;
    kernels.unpackRow(
      type,
      at,
      token,
      columns,
      buffers.x + 4 * columns * row,
      buffers.scratch[team.thread] as number,
    );
  }
}

function attention(
  machine: Machine,
  team: Team,
  { tensors: { description: d }, buffers, slabBytes }: DecoderPlan,
  layer: Layer,
  { rows, segments, index }: { rows: number; segments: number; index: number },
): void {
  const { kernels } = machine;
  const scratch = buffers.scratch[team.thread] as number;
  const at = index * slabBytes;
  const [from, to] = share(rows, 1, team);
  const count = to - from;
  // Rows from here to the product are this thread's from the layer before: no barrier.
  const normed: Activations = {
    floats: buffers.a,
    quantised: buffers.activations,
    columns: d.width,
    rows,
  };
  const place = (base: number, width: number): number => base + 4 * width * from;
  kernels.rmsNorm(
    place(buffers.x, d.width),
    layer.attentionNorm,
    place(buffers.a, d.width),
    count,
    d.width,
    d.epsilon,
  );
  quantiseFor(machine, [layer.query, layer.key, layer.value], normed, from, to);
  team.barrier();
  multiply(machine, team, { activations: normed, scratch }, [
    [layer.query, buffers.q],
    [layer.key, buffers.k],
    [layer.value, buffers.v],
  ]);
  team.barrier();
  turn(machine, d, layer, buffers, from, count);
  kernels.cacheRows(
    place(buffers.k, d.groups * d.headWidth),
    place(buffers.v, d.groups * d.headWidth),
    buffers.blocks + machine.addressBytes * from,
    buffers.positions + 4 * from,
    at,
    count,
    d.groups,
    d.headWidth,
  );
  team.barrier();
  attendAll(machine, team, headShape(d), buffers, segments, at);
  team.barrier();
  const attended: Activations = { ...normed, columns: d.heads * d.headWidth };
  quantiseFor(machine, [layer.output], attended, from, to);
  team.barrier();
  multiply(machine, team, { activations: attended, scratch }, [[layer.output, buffers.y]]);
  team.barrier();
}

/** Norms of heads where the family has them, then RoPE, of queries and keys. */
function turn(
  { kernels }: Machine,
  d: DecoderDescription,
  layer: Layer,
  buffers: PassBuffers,
  from: number,
  count: number,
): void {
  const pairs = d.ropeDimensions / 2;
  const adjacent = d.order === 'adjacent' ? 1 : 0;
  const table = buffers.rope + 4 * 2 * pairs * from;
  for (const [base, heads, norm] of [
    [buffers.q, d.heads, layer.queryNorm],
    [buffers.k, d.groups, layer.keyNorm],
  ] as const) {
    const at = base + 4 * heads * d.headWidth * from;
    if (norm !== undefined) kernels.rmsNorm(at, norm, at, count * heads, d.headWidth, d.epsilon);
    kernels.rope(at, table, count, heads, d.headWidth, pairs, adjacent);
  }
}

function feedForward(
  machine: Machine,
  team: Team,
  { tensors: { description: d }, buffers }: DecoderPlan,
  layer: Layer,
  rows: number,
): void {
  const { kernels } = machine;
  const scratch = buffers.scratch[team.thread] as number;
  const [from, to] = share(rows, 1, team);
  const at = 4 * d.width * from;
  kernels.addTo(buffers.x + at, buffers.y + at, (to - from) * d.width);
  kernels.rmsNorm(buffers.x + at, layer.hiddenNorm, buffers.a + at, to - from, d.width, d.epsilon);
  const normed: Activations = { floats: buffers.a, quantised: buffers.activations, columns: d.width, rows };
  quantiseFor(machine, [layer.gate, layer.up], normed, from, to);
  team.barrier();
  const product = { activations: normed, scratch };
  multiply(machine, team, product, [[layer.gate, buffers.gate]], (first, end) => {
    multiplyRows(machine, layer.up, product, buffers.up, first, end);
    kernels.siluTimes(buffers.gate + 4 * first, buffers.up + 4 * first, 4 * d.hidden, rows, end - first);
  });
  team.barrier();
  const gated: Activations = { ...normed, floats: buffers.gate, columns: d.hidden };
  quantiseFor(machine, [layer.down], gated, from, to);
  team.barrier();
  multiply(machine, team, { activations: gated, scratch }, [[layer.down, buffers.y]]);
  team.barrier();
  kernels.addTo(buffers.x + at, buffers.y + at, (to - from) * d.width);
}

/** Logits of `count` outputs from the one at `first`, behind each other in `logits`. */
function logits(machine: Machine, team: Team, plan: DecoderPlan, first: number, count: number): void {
  const { kernels, integers } = machine;
  const { buffers, tensors } = plan;
  const { description: d, output, outputNorm, vocabulary } = tensors;
  const [from, to] = share(count, 1, team);
  for (let i = from; i < to; i++) {
    const row = integers[buffers.outputs / 4 + first + i] as number;
    const state = buffers.x + 4 * d.width * row;
    kernels.rmsNorm(state, outputNorm, buffers.a + 4 * d.width * i, 1, d.width, d.epsilon);
  }
  const normed: Activations = {
    floats: buffers.a,
    quantised: buffers.activations,
    columns: d.width,
    rows: count,
  };
  quantiseFor(machine, [output], normed, from, to);
  team.barrier();
  const scratch = buffers.scratch[team.thread] as number;
  multiply(machine, team, { activations: normed, scratch }, [[output, buffers.logits]], (begin, end) => {
    if (d.logitCap === undefined) return;
    for (let i = 0; i < count; i++)
      kernels.softCap(buffers.logits + 4 * (vocabulary * i + begin), end - begin, d.logitCap);
  });
}
