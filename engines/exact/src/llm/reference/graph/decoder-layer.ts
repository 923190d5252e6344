import type { DecoderDescription } from '../../graph/decoder-description.ts';
import type { DecoderLayer } from '../../graph/decoder-tensors.ts';
import { attend } from '../attention.ts';
import { mul } from '../math/f32.ts';
import { silu } from '../math/functions.ts';
import { throughHalf } from '../math/half.ts';
import { rmsNorm } from '../norm.ts';
import { ropeRow, rotate } from '../rope.ts';
import type { Matrix } from '../weights/matrix.ts';
import { joinHeads, plus, splitHeads } from './heads.ts';
import { apply } from './unpack-tensors.ts';

type Layer = DecoderLayer<Matrix, Float32Array>;

/** Where a layer's chunk begins, and the cache of that layer. */
export interface LayerCache {
  readonly start: number;
  readonly keys: Float32Array[];
  readonly values: Float32Array[];
}

/** One layer over a chunk of positions (section 10.2). */
export function runLayer(
  d: DecoderDescription,
  layer: Layer,
  frequencies: readonly number[],
  states: readonly Float32Array[],
  cache: LayerCache,
): Float32Array[] {
  const turned = (projected: Float32Array, norm: Float32Array | undefined, position: number) => {
    const row = ropeRow(frequencies, position);
    return joinHeads(
      splitHeads(projected, d.headWidth).map((head) => {
        const normed = norm ? rmsNorm(head, norm, d.epsilon) : head.slice();
        rotate(normed, row, d.order);
        return normed;
      }),
    );
  };
  const queries = states.map((state, i) => {
    const position = cache.start + i;
    const values = rmsNorm(state, layer.attentionNorm, d.epsilon);
    cache.keys.push(turned(apply(layer.key, values), layer.keyNorm, position).map(throughHalf));
    cache.values.push(apply(layer.value, values).map(throughHalf));
    return turned(apply(layer.query, values), layer.queryNorm, position);
  });
  return states.map((state, i) => {
    const attended = attendHeads(d, queries[i] as Float32Array, cache, cache.start + i);
    const middle = plus(state, apply(layer.output, attended));
    const values = rmsNorm(middle, layer.hiddenNorm, d.epsilon);
    const up = apply(layer.up, values);
    const gated = apply(layer.gate, values).map((value, j) => mul(silu(value), up[j] as number));
    return plus(middle, apply(layer.down, gated));
  });
}

function attendHeads(
  d: DecoderDescription,
  query: Float32Array,
  cache: LayerCache,
  position: number,
): Float32Array {
  const perGroup = d.heads / d.groups;
  return joinHeads(
    splitHeads(query, d.headWidth).map((head, h) => {
      const from = Math.floor(h / perGroup) * d.headWidth;
      const part = (of: readonly Float32Array[]) => (t: number) =>
        (of[t] as Float32Array).subarray(from, from + d.headWidth);
      return attend({
        query: head,
        key: part(cache.keys),
        value: part(cache.values),
        first: d.window ? Math.max(0, position - d.window + 1) : 0,
        last: position,
        ...(d.scoreCap === undefined ? {} : { cap: d.scoreCap }),
      });
    }),
  );
}
