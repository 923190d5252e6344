import { limits } from '@isobit/core';
import { exactError } from '../../errors.ts';
import { type OnnxAttribute, type OnnxGraph, type OnnxNode, plainDomain } from './model.ts';
import { readTensor } from './read-tensor.ts';
import { readType, readValue } from './read-type.ts';
import { many, one, type WireReader } from './wire.ts';

export function readGraph(r: WireReader, depth: number): OnnxGraph {
  if (depth > limits.onnxGraphDepth) {
    throw exactError('MODEL_TOO_LARGE', `the model nests graphs deeper than ${limits.onnxGraphDepth}`);
  }
  const graph: OnnxGraph = {
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
    values: [],
    sparse: false,
  };
  r.each('GraphProto', {
    1: many.message((m) => graph.nodes.push(readNode(m, depth))),
    2: one.skipped,
    5: many.message((m) => graph.initializers.push(readTensor(m))),
    10: one.skipped,
    11: many.message((m) => graph.inputs.push(readValue(m))),
    12: many.message((m) => graph.outputs.push(readValue(m))),
    13: many.message((m) => graph.values.push(readValue(m))),
    14: many.skipped,
    15: many.message(() => (graph.sparse = true)),
    16: many.skipped,
  });
  return graph;
}

export function readNode(r: WireReader, depth: number): OnnxNode {
  const node: OnnxNode = {
    name: '',
    operator: '',
    domain: '',
    overload: '',
    inputs: [],
    outputs: [],
    attributes: [],
  };
  r.each('NodeProto', {
    1: many.text((value) => node.inputs.push(value)),
    2: many.text((value) => node.outputs.push(value)),
    3: one.text((value) => (node.name = value)),
    4: one.text((value) => (node.operator = value)),
    5: many.message((m) => node.attributes.push(readAttribute(m, depth))),
    6: one.skipped,
    7: one.text((value) => (node.domain = plainDomain(value))),
    8: one.text((value) => (node.overload = value)),
    9: many.skipped,
    10: many.skipped,
  });
  return node;
}

export function readAttribute(r: WireReader, depth: number): OnnxAttribute {
  const attribute: OnnxAttribute = {
    name: '',
    tensors: [],
    graphs: [],
    types: [],
    strings: [],
    sparse: false,
  };
  r.each('AttributeProto', {
    1: one.text((value) => (attribute.name = value)),
    2: one.skipped,
    3: one.varint((value) => (attribute.integer = value)),
    4: one.bytes((value) => attribute.strings.push(value)),
    5: one.message((m) => attribute.tensors.push(readTensor(m))),
    6: one.message((m) => attribute.graphs.push(readGraph(m, depth + 1))),
    7: many.skipped,
    8: many.skipped,
    9: many.bytes((value) => attribute.strings.push(value)),
    10: many.message((m) => attribute.tensors.push(readTensor(m))),
    11: many.message((m) => attribute.graphs.push(readGraph(m, depth + 1))),
    13: one.skipped,
    14: one.message((m) => attribute.types.push(readType(m, 0))),
    15: many.message((m) => attribute.types.push(readType(m, 0))),
    20: one.skipped,
    21: one.skipped,
    22: one.message(() => (attribute.sparse = true)),
    23: many.message(() => (attribute.sparse = true)),
  });
  return attribute;
}
