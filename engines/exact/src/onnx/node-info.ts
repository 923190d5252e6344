import { limits } from '@isobit/core';
import type { OnnxGraph, OnnxNode } from './file/model.ts';

/** A node of the model's graph, as traces name it. */
export interface NodeInfo {
  /** The node's own name, or `#<position>:<operator>`. */
  readonly name: string;
  /** Operator, with its domain in front where that is not the standard one: `ai.onnx.ml:Scaler`. */
  readonly operator: string;
  /** Values it reads that are not constants of the model; those that its subgraphs capture come last. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Nodes of the main graph. `constants` are the names of its initialisers. */
export function nodesOf(graph: OnnxGraph, constants: ReadonlySet<string>): NodeInfo[] {
  const values = new Set(graph.inputs.map((value) => value.name));
  for (const node of graph.nodes) for (const output of node.outputs) values.add(output);
  const isValue = (name: string) => name !== '' && values.has(name) && !constants.has(name);
  return graph.nodes.map((node, position) => ({
    name: node.name || `#${position}:${node.operator}`,
    operator: node.domain ? `${node.domain}:${node.operator}` : node.operator,
    inputs: [...node.inputs.filter(isValue), ...captured(node).filter(isValue)].slice(
      0,
      limits.onnxNodeValues,
    ),
    outputs: node.outputs.filter((name) => name !== ''),
  }));
}

/** Values of the outer graph that a node's subgraphs read, each once, in the order of the file. */
function captured(node: OnnxNode): string[] {
  const names = new Set<string>();
  const visit = (graph: OnnxGraph, outer: ReadonlySet<string>): void => {
    const own = new Set(outer);
    for (const value of graph.inputs) own.add(value.name);
    for (const tensor of graph.initializers) own.add(tensor.name);
    for (const inner of graph.nodes) for (const output of inner.outputs) own.add(output);
    const read = (name: string) => {
      if (!own.has(name)) names.add(name);
    };
    for (const inner of graph.nodes) {
      inner.inputs.forEach(read);
      for (const { graphs } of inner.attributes) for (const nested of graphs) visit(nested, own);
    }
    for (const value of graph.outputs) read(value.name);
  };
  for (const { graphs } of node.attributes) for (const graph of graphs) visit(graph, new Set());
  return [...names];
}
