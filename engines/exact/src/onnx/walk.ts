import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxType,
  OnnxValue,
} from './file/model.ts';

/** What a walk over a whole model meets, in the order of the file; subgraphs and functions included. */
export interface Visitor {
  graph?(graph: OnnxGraph): void;
  /** `home` is the graph that holds the node; undefined inside a function. */
  node?(node: OnnxNode, home: OnnxGraph | undefined): void;
  tensor?(tensor: OnnxTensor): void;
  attribute?(attribute: OnnxAttribute): void;
  type?(type: OnnxType): void;
  /** Every name that the file gives to something. */
  name?(name: string): void;
}

export function walkModel(model: OnnxModel, visitor: Visitor): void {
  if (model.graph) walkGraph(model.graph, visitor);
  for (const made of model.functions) {
    visitor.name?.(made.name);
    walkValues(made.values, visitor);
    walkAttributes(made.defaults, visitor);
    for (const node of made.nodes) walkNode(node, undefined, visitor);
  }
}

function walkGraph(graph: OnnxGraph, visitor: Visitor): void {
  visitor.graph?.(graph);
  for (const values of [graph.inputs, graph.outputs, graph.values]) walkValues(values, visitor);
  for (const tensor of graph.initializers) {
    visitor.name?.(tensor.name);
    visitor.tensor?.(tensor);
  }
  for (const node of graph.nodes) walkNode(node, graph, visitor);
}

function walkValues(values: readonly OnnxValue[], visitor: Visitor): void {
  for (const value of values) {
    visitor.name?.(value.name);
    visitor.type?.(value.type);
  }
}

function walkNode(node: OnnxNode, home: OnnxGraph | undefined, visitor: Visitor): void {
  visitor.node?.(node, home);
  if (visitor.name)
    for (const name of [node.name, node.operator, node.domain, ...node.inputs, ...node.outputs])
      visitor.name(name);
  walkAttributes(node.attributes, visitor);
}

function walkAttributes(attributes: readonly OnnxAttribute[], visitor: Visitor): void {
  for (const attribute of attributes) {
    visitor.attribute?.(attribute);
    for (const tensor of attribute.tensors) visitor.tensor?.(tensor);
    for (const type of attribute.types) visitor.type?.(type);
    for (const graph of attribute.graphs) walkGraph(graph, visitor);
  }
}
