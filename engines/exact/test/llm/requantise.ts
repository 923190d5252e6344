import { concatBytes } from '@isobit/core';
import type { Metadata, MetadataValue } from '../../src/llm/index.ts';
import { createMatrix, readGguf, rowValues, type WeightType } from '../../src/llm/reference/index.ts';
import { buildGguf, type Value } from './build-gguf.ts';
import { fits, quantiseWeights } from './quantise-weights.ts';

/** A GGUF file with its matrices in another type, where their rows fit it; else in Q8_0. */
export function requantise(file: Uint8Array, type: WeightType): Uint8Array {
  const model = readGguf(file);
  const tensors = [...model.tensors.values()].map(({ name, type: stored, sizes }) => {
    const [columns = 0, rows = 1] = sizes;
    const bytes = model.bytes(name);
    if (sizes.length < 2) return { name, type: stored, sizes, data: bytes };
    const matrix = createMatrix({ name, type: stored, columns, bytes });
    const chosen = fits(type, columns) ? type : 'Q8_0';
    const data = Array.from({ length: rows }, (_, row) => quantiseWeights(chosen, rowValues(matrix, row)));
    return { name, type: chosen, sizes, data: concatBytes(...data) };
  });
  return buildGguf(members(model.metadata), tensors);
}

function members(metadata: Metadata): Record<string, Value> {
  return Object.fromEntries([...metadata].map(([key, value]) => [key, written(value)]));
}

function written(value: MetadataValue): Value {
  if (value.type === 'integer') return Number(value.value);
  if (value.type === 'float') return { float: value.value };
  if (value.type !== 'array') return value.value;
  const { values } = value;
  if (values.every((each) => typeof each === 'string')) return { strings: values };
  return { integers: values.map(Number) };
}
