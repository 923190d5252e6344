import { attend } from '../attention.ts';
import { mul } from '../math/f32.ts';
import { silu } from '../math/functions.ts';
import { throughHalf } from '../math/half.ts';
import { rmsNorm } from '../norm.ts';
import { ropeRow, rotate } from '../rope.ts';
import type { DecoderDescription } from './decoder-description.ts';
import { joinHeads, plus, splitHeads } from './heads.ts';
import { apply, type Linear, type Tensors } from './tensors.ts';

/** The weights of one layer. */
export interface DecoderLayer {
  readonly attentionNorm: Float32Array;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly queryNorm?: Float32Array;
  readonly keyNorm?: Float32Array;
  readonly output: Linear;
  readonly hiddenNorm: Float32Array;
  readonly gate: Linear;
  readonly up: Linear;
  readonly down: Linear;
}

/** Takes the tensors of one layer; `at` is their names' beginning. */
export function takeLayer(tensors: Tensors, d: DecoderDescription, at: string): DecoderLayer {
  const inner = d.heads * d.headWidth;
  const grouped = d.groups * d.headWidth;
  return {
    attentionNorm: tensors.vector(`${at}.attn_norm.weight`, d.width),
    query: tensors.linear(`${at}.attn_q`, d.width, inner, d.biases),
    key: tensors.linear(`${at}.attn_k`, d.width, grouped, d.biases),
    value: tensors.linear(`${at}.attn_v`, d.width, grouped, d.biases),
    ...(d.headNorms
      ? {
          queryNorm: tensors.vector(`${at}.attn_q_norm.weight`, d.headWidth),
          keyNorm: tensors.vector(`${at}.attn_k_norm.weight`, d.headWidth),
        }
      : {}),
    output: tensors.linear(`${at}.attn_output`, inner, d.width),
    hiddenNorm: tensors.vector(`${at}.ffn_norm.weight`, d.width),
    gate: tensors.linear(`${at}.ffn_gate`, d.width, d.hidden),
    up: tensors.linear(`${at}.ffn_up`, d.width, d.hidden),
    down: tensors.linear(`${at}.ffn_down`, d.hidden, d.width),
  };
}

/** Where a layer's chunk begins, and the cache of that layer. */
export interface LayerCache {
  readonly start: number;
  readonly keys: Float32Array[];
  readonly values: Float32Array[];
}

/** One layer over a chunk of positions (section 10.2). */
export function runLayer(
  d: DecoderDescription,
  layer: DecoderLayer,
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
