/*
 * What a model file says, without its weights: ONNX's own message types (onnx.proto of ONNX 1.20) as far as the
 * checks need them. Weights stay where they are in the file and are only measured.
 */

export interface OnnxTensor {
  name: string;
  elementType: number;
  dims: bigint[];
  /** Elements kept in the typed fields, by the field's name. */
  typed: Map<string, number>;
  /** Bytes of `raw_data`, where that is used. */
  raw?: Uint8Array;
  strings: Uint8Array[];
  /** True when the tensor says that its bytes lie in another file. */
  external: boolean;
  /** False only where the whole content is one stored zero. */
  maybeTrue: boolean;
}

export interface OnnxType {
  kind: 'tensor' | 'sequence' | 'map' | 'optional' | 'sparse' | 'opaque' | 'absent';
  /** Element type of a tensor. */
  elementType: number;
  /** Sizes, -1 where any; undefined when the type states no rank. */
  shape?: bigint[];
  /** Element types anywhere inside. */
  mentions: number[];
}

export interface OnnxValue {
  name: string;
  type: OnnxType;
}

export interface OnnxAttribute {
  name: string;
  integer?: bigint;
  tensors: OnnxTensor[];
  graphs: OnnxGraph[];
  types: OnnxType[];
  strings: Uint8Array[];
  sparse: boolean;
}

export interface OnnxNode {
  name: string;
  operator: string;
  domain: string;
  overload: string;
  inputs: string[];
  outputs: string[];
  attributes: OnnxAttribute[];
}

export interface OnnxGraph {
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  /** Types stated for values between nodes. */
  values: OnnxValue[];
  sparse: boolean;
}

export interface OnnxFunction {
  name: string;
  domain: string;
  overload: string;
  nodes: OnnxNode[];
  opsets: Map<string, number>;
  defaults: OnnxAttribute[];
  values: OnnxValue[];
}

export interface OnnxModel {
  irVersion: number;
  opsets: Map<string, number>;
  graph?: OnnxGraph;
  functions: OnnxFunction[];
  metadata: { key: string; value: string }[];
  producer: string;
}

/** The default domain has two spellings. */
export const plainDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);
