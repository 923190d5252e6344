import { limits } from '@isobit/core';
import { type OperatorTrace, type Tensor, type TraceStep, valueDigest } from '@isobit/receipt';
import type { NodeInfo } from './node-info.ts';

/**
 * The trace of a run (specs/trace.md section 3): one step a node, in the graph's order.
 *
 * @param inputs the request's tensors
 * @param values every other value that is a tensor, by name, NaN canonical
 * @param salt the request's, 32 bytes
 */
export function buildTrace(
  nodes: readonly NodeInfo[],
  inputs: readonly Tensor[],
  values: ReadonlyMap<string, Tensor>,
  salt: Uint8Array,
): OperatorTrace {
  const digests = new Map<string, string>();
  for (const tensor of inputs) digests.set(tensor.name, valueDigest(tensor, salt));
  for (const [name, tensor] of values) if (fitsTrace(tensor)) digests.set(name, valueDigest(tensor, salt));
  const outputOf = (name: string): TraceStep['outputs'] => {
    const tensor = values.get(name);
    const digest = digests.get(name);
    return tensor && digest !== undefined
      ? [{ name, datatype: tensor.datatype, shape: [...tensor.shape], digest }]
      : [];
  };
  const inputOf = (name: string): TraceStep['inputs'] => {
    const digest = digests.get(name);
    return digest === undefined ? [] : [{ name, digest }];
  };
  return {
    isobit: 'trace/1',
    steps: nodes.map((node) => ({
      node: node.name,
      op: node.operator,
      inputs: node.inputs.flatMap(inputOf),
      outputs: node.outputs.flatMap(outputOf),
    })),
  };
}

/** Values of more dimensions than a document can state are left out, like those that are no tensors. */
const fitsTrace = (tensor: Tensor): boolean => tensor.shape.length <= limits.tensorRank;
