import { limits } from '@isobit/core';
import { exactError } from '../../errors.ts';
import { type OnnxFunction, type OnnxModel, plainDomain } from './model.ts';
import { readAttribute, readGraph, readNode } from './read-graph.ts';
import { readValue } from './read-type.ts';
import { many, one, type WireBudget, WireReader } from './wire.ts';

/**
 * Reads a model file, weights aside.
 *
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE`
 */
export function readModelFile(bytes: Uint8Array): OnnxModel {
  if (bytes.length > limits.onnxBytes) {
    throw exactError(
      'MODEL_TOO_LARGE',
      `the model file has ${bytes.length} bytes; an ONNX file has at most ${limits.onnxBytes}`,
    );
  }
  const budget: WireBudget = { fields: 0 };
  const model: OnnxModel = { irVersion: 0, opsets: new Map(), functions: [], metadata: [], producer: '' };
  new WireReader(bytes, 0, bytes.length, budget).each('ModelProto', {
    1: one.varint((value) => (model.irVersion = Number(value))),
    2: one.text((value) => (model.producer = value)),
    3: one.skipped,
    4: one.skipped,
    5: one.skipped,
    6: one.skipped,
    7: one.message((r) => (model.graph = readGraph(r, 0))),
    8: many.message((r) => readOpset(r, model.opsets)),
    14: many.message((r) => model.metadata.push(readEntry(r))),
    // Training information is not run.
    20: many.skipped,
    25: many.message((r) => model.functions.push(readFunction(r))),
    26: many.skipped,
  });
  return model;
}

function readEntry(r: WireReader): { key: string; value: string } {
  const entry = { key: '', value: '' };
  r.each('StringStringEntryProto', {
    1: one.text((value) => (entry.key = value)),
    2: one.text((value) => (entry.value = value)),
  });
  return entry;
}

function readOpset(r: WireReader, into: Map<string, number>): void {
  let domain = '';
  let version = 0;
  r.each('OperatorSetIdProto', {
    1: one.text((value) => (domain = value)),
    2: one.varint((value) => (version = Number(value))),
  });
  const name = plainDomain(domain);
  if (into.has(name))
    throw exactError('MODEL_MALFORMED', `not an ONNX file: operator set "${domain}" is imported twice`);
  into.set(name, version);
}

function readFunction(r: WireReader): OnnxFunction {
  const made: OnnxFunction = {
    name: '',
    domain: '',
    overload: '',
    nodes: [],
    opsets: new Map(),
    defaults: [],
    values: [],
  };
  r.each('FunctionProto', {
    1: one.text((value) => (made.name = value)),
    4: many.skipped,
    5: many.skipped,
    6: many.skipped,
    7: many.message((m) => made.nodes.push(readNode(m, 0))),
    8: one.skipped,
    9: many.message((m) => readOpset(m, made.opsets)),
    10: one.text((value) => (made.domain = plainDomain(value))),
    11: many.message((m) => made.defaults.push(readAttribute(m, 0))),
    12: many.message((m) => made.values.push(readValue(m))),
    13: one.text((value) => (made.overload = value)),
    14: many.skipped,
  });
  return made;
}
