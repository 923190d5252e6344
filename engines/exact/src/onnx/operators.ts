import { limits } from '@isobit/core';
import { exactError } from '../errors.ts';
import type { OnnxFunction, OnnxGraph, OnnxModel, OnnxNode } from './file/model.ts';
import { walkModel } from './walk.ts';

/** Operator sets that the engine implements: from, to. */
const OPSETS: Readonly<Record<string, readonly [number, number]>> = { '': [7, 26], 'ai.onnx.ml': [1, 5] };

/** IR versions that the engine reads. */
const IR_VERSIONS = [3, 13] as const;

/**
 * Operators that draw numbers. A `seed` does not help: the engine's generator lives as long as the session, so
 * the second run with one seed differs from the first.
 */
const RANDOM = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
]);

/** @throws CodedError `MODEL_VERSION` */
export function checkVersions(model: OnnxModel): void {
  const [oldest, newest] = IR_VERSIONS;
  if (model.irVersion < oldest || model.irVersion > newest) {
    throw exactError(
      'MODEL_VERSION',
      `the model has ONNX IR version ${model.irVersion}; ${oldest} to ${newest} are read: export it again with a matching version of ONNX`,
    );
  }
  if (!model.opsets.has(''))
    throw exactError('MODEL_VERSION', 'the model imports no version of the standard operators');
  for (const opsets of [model.opsets, ...model.functions.map((made) => made.opsets)]) {
    for (const [domain, version] of opsets) {
      const range = Object.hasOwn(OPSETS, domain) ? OPSETS[domain] : undefined;
      if (range && (version < range[0] || version > range[1])) {
        throw exactError(
          'MODEL_VERSION',
          `the model asks for operator set ${domain || 'ai.onnx'} ${version}; ${range[0]} to ${range[1]} are implemented: convert it`,
        );
      }
    }
  }
}

/** Operators that engines bring beside the standard ones; some draw random numbers, so they are for `fast` alone. */
const CONTRIBUTED = 'com.microsoft';

/**
 * Every node runs a standard operator or a function that the model brings along, and none draws random numbers.
 *
 * @param exact false for engines of the profile `fast`, which may run contributed operators and random ones
 * @throws CodedError `MODEL_OPERATOR`, `MODEL_RANDOM`, `MODEL_TOO_LARGE`
 */
export function checkOperators(model: OnnxModel, exact: boolean): void {
  const functions = new Map(model.functions.map((made) => [functionKey(made.domain, made.name), made]));
  walkModel(model, {
    node(node, home) {
      const contributed = !exact && node.domain === CONTRIBUTED;
      if (
        !contributed &&
        !Object.hasOwn(OPSETS, node.domain) &&
        !functions.has(functionKey(node.domain, node.operator))
      ) {
        throw exactError(
          'MODEL_OPERATOR',
          `node "${node.name}" runs ${node.domain}:${node.operator}, which is no standard ONNX operator: export the model without custom operators`,
          { operator: node.operator, domain: node.domain },
        );
      }
      if (!exact) return;
      if (RANDOM.has(node.operator)) {
        throw exactError(
          'MODEL_RANDOM',
          `node "${node.name}" runs ${node.operator}: a model that draws random numbers has no exact answer; draw them outside and give them as an input`,
          { operator: node.operator },
        );
      }
      if (node.operator === 'Dropout' && mayTrain(node, home)) {
        throw exactError(
          'MODEL_RANDOM',
          `node "${node.name}" runs Dropout in training mode, or may: export the model for inference`,
          { operator: node.operator },
        );
      }
    },
  });
  countNodes(model, functions);
}

/** Dropout drops where its third input is true; only a stored false says that it does not. */
function mayTrain(node: OnnxNode, home: OnnxGraph | undefined): boolean {
  const flag = node.inputs[2];
  if (!flag) return false;
  return home?.initializers.find((tensor) => tensor.name === flag)?.maybeTrue ?? true;
}

const functionKey = (domain: string, name: string): string => `${domain}:${name}`;

/** Nodes after expansion, so that a few functions that call each other twice cannot become millions. */
function countNodes(model: OnnxModel, functions: ReadonlyMap<string, OnnxFunction>): void {
  const sizes = new Map<string, number>();
  const sizeOf = (nodes: readonly OnnxNode[], depth: number): number => {
    if (depth > limits.onnxGraphDepth)
      throw exactError(
        'MODEL_TOO_LARGE',
        `the model's functions call each other deeper than ${limits.onnxGraphDepth}`,
      );
    let size = 0;
    for (const node of nodes) {
      size += 1 + calledSize(node, depth);
      for (const { graphs } of node.attributes)
        for (const graph of graphs) size += sizeOf(graph.nodes, depth + 1);
      if (size > limits.onnxNodes)
        throw exactError('MODEL_TOO_LARGE', `the model has more than ${limits.onnxNodes} nodes`);
    }
    return size;
  };
  const calledSize = (node: OnnxNode, depth: number): number => {
    const key = functionKey(node.domain, node.operator);
    const called = functions.get(key);
    if (!called) return 0;
    const size = sizes.get(key) ?? sizeOf(called.nodes, depth + 1);
    sizes.set(key, size);
    return size;
  };
  sizeOf(model.graph?.nodes ?? [], 0);
}
