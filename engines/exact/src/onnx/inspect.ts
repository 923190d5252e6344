import { limits, utf8 } from '@isobit/core';
import type { TensorSignature } from '@isobit/model';
import { exactError } from '../errors.ts';
import { elementType, isHalf } from './element-type.ts';
import type { OnnxModel, OnnxValue } from './file/model.ts';
import { readModelFile } from './file/read-model.ts';
import { type NodeInfo, nodesOf } from './node-info.ts';
import { checkOperators, checkVersions } from './operators.ts';
import { checkTensors, elements } from './tensors.ts';
import { walkModel } from './walk.ts';

/** What a model file says of itself. */
export interface ModelInfo {
  readonly inputs: readonly TensorSignature[];
  /** A shape of no dimensions also stands where the file states none. */
  readonly outputs: readonly TensorSignature[];
  readonly irVersion: number;
  /** Operator sets by domain; the standard domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Nodes of the main graph, in its order. */
  readonly nodes: readonly NodeInfo[];
  /** True when half-width floats occur, so that every run is the observed one (specs/profile-onnx-exact-1.md section 4). */
  readonly alwaysObserved: boolean;
}

export interface InspectOptions {
  /** False for the profile `fast`: random and contributed operators pass. Default true. */
  readonly exact?: boolean;
}

/**
 * Reads an ONNX file and refuses what the exact profile cannot run or nobody should load, before any engine sees it.
 *
 * @param bytes the whole file
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_VERSION`, `MODEL_EXTERNAL_DATA`, `MODEL_OPERATOR`, `MODEL_RANDOM`,
 * `MODEL_TENSOR`, `MODEL_TOO_LARGE`, `MODEL_VALUE_TYPE`
 */
export function inspectOnnx(bytes: Uint8Array, { exact = true }: InspectOptions = {}): ModelInfo {
  const model = readModelFile(bytes);
  const { graph } = model;
  if (!graph)
    throw exactError('MODEL_MALFORMED', 'not an ONNX file: it holds no graph; the file may be truncated');
  checkVersions(model);
  checkNames(model);
  checkTensors(model);
  checkOperators(model, exact);
  const constants = new Set(graph.initializers.map((tensor) => tensor.name));
  return {
    inputs: signatures(
      graph.inputs.filter((value) => !constants.has(value.name)),
      'input',
    ),
    outputs: signatures(graph.outputs, 'output'),
    irVersion: model.irVersion,
    opsets: Object.fromEntries([...model.opsets].map(([domain, version]) => [domain || 'ai.onnx', version])),
    producer: model.producer,
    metadata: Object.fromEntries(model.metadata.map(({ key, value }) => [key, value])),
    nodes: nodesOf(graph, constants),
    alwaysObserved: mentionsHalf(model),
  };
}

function checkNames(model: OnnxModel): void {
  walkModel(model, {
    name(name) {
      if (name.length * 3 > limits.nameBytes && utf8(name).length > limits.nameBytes) {
        throw exactError(
          'MODEL_TOO_LARGE',
          `the model has a name of more than ${limits.nameBytes} bytes: "${name.slice(0, 40)}…"`,
        );
      }
    },
    node(node) {
      if (Math.max(node.inputs.length, node.outputs.length) > limits.onnxNodeValues) {
        throw exactError(
          'MODEL_TOO_LARGE',
          `node "${node.name}" has more than ${limits.onnxNodeValues} inputs or outputs`,
        );
      }
    },
  });
}

function signatures(values: readonly OnnxValue[], side: 'input' | 'output'): TensorSignature[] {
  if (values.length > limits.tensors)
    throw exactError('MODEL_TOO_LARGE', `the model has more than ${limits.tensors} ${side}s`);
  if (side === 'output' && values.length === 0)
    throw exactError('MODEL_MALFORMED', 'the model has no output');
  if (new Set(values.map((value) => value.name)).size < values.length)
    throw exactError('MODEL_MALFORMED', `the model has two ${side}s of one name`);
  return values.map((value) => signature(value, side));
}

function signature({ name, type }: OnnxValue, side: 'input' | 'output'): TensorSignature {
  const called = `${side} "${name}"`;
  const datatype = type.kind === 'tensor' ? elementType(type.elementType)?.datatype : undefined;
  if (name === '' || !datatype) {
    throw exactError(
      'MODEL_VALUE_TYPE',
      `${called} is no tensor of a type that a request can carry (${type.kind} ${elementType(type.elementType)?.name ?? ''}): cut it off or convert it in the model`,
    );
  }
  if (!type.shape && side === 'input')
    throw exactError(
      'MODEL_VALUE_TYPE',
      `${called} states no shape: export the model with one, symbolic where it varies`,
    );
  const shape = type.shape ?? [];
  if (shape.length > limits.tensorRank)
    throw exactError(
      'MODEL_VALUE_TYPE',
      `${called} has ${shape.length} dimensions, at most ${limits.tensorRank}`,
    );
  elements(shape, called);
  return { name, datatype, shape: shape.map(Number) };
}

/** Attributes that name an element type by its number. */
const NAMES_TYPE = /^to$|type$/;

function mentionsHalf(model: OnnxModel): boolean {
  const mentioned = new Set<number>();
  walkModel(model, {
    tensor: (tensor) => mentioned.add(tensor.elementType),
    type(type) {
      for (const number of type.mentions) mentioned.add(number);
    },
    attribute({ name, integer }) {
      if (integer !== undefined && NAMES_TYPE.test(name)) mentioned.add(Number(integer));
    },
  });
  return [...mentioned].some(isHalf);
}
