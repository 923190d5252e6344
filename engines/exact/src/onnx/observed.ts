import { concatBytes, utf8 } from '@isobit/core';
import type { ModelInfo } from './inspect.ts';

/**
 * The model with every node's outputs among the graph's outputs, by name alone: the engine infers their types.
 * Protobuf joins a message that is given twice, so appending a second graph with only outputs in it leaves each
 * byte of the model as it is (specs/trace.md section 2).
 */
export function observedModel(bytes: Uint8Array, info: ModelInfo): Uint8Array {
  const names = new Set(info.nodes.flatMap((node) => node.outputs));
  for (const { name } of info.outputs) names.delete(name);
  const outputs = [...names].map((name) => field(GRAPH_OUTPUT, field(VALUE_NAME, utf8(name))));
  return concatBytes(bytes, field(MODEL_GRAPH, concatBytes(...outputs)));
}

/** Numbers of length-delimited fields in onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_OUTPUT = 12;
const VALUE_NAME = 1;

const field = (number: number, content: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of((number << 3) | 2), varint(content.length), content);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.of(...bytes, value);
}
