import {
  createSha256,
  documentKind,
  encodeCanonical,
  field,
  leafHash,
  limits,
  merkleRoot,
  taggedDigest,
  toHex,
  utf8,
} from '@isobit/core';
import { datatypes } from '@isobit/model';
import * as v from 'valibot';
import type { Tensor } from './tensor.ts';

/** One operator of a run: what it read from other operators or from the request, and what it gave. */
export const traceStepSchema = v.strictObject({
  /** Name of the node in the graph. */
  node: field.name,
  /** Operator type, with its domain where that is not the default one. */
  op: field.name,
  /** Values read that are not constants of the model. */
  inputs: v.pipe(v.array(v.strictObject({ name: field.name, digest: field.hex32 })), v.maxLength(4_096)),
  outputs: v.pipe(
    v.array(
      v.strictObject({
        name: field.name,
        datatype: v.picklist(datatypes),
        shape: v.pipe(v.array(field.count), v.maxLength(limits.tensorRank)),
        digest: field.hex32,
      }),
    ),
    v.maxLength(4_096),
  ),
});

export type TraceStep = v.InferOutput<typeof traceStepSchema>;

/** The intermediate values of a run by digest, in the graph's order (specs/trace.md). */
export const traceKind = documentKind(
  'trace/1',
  v.strictObject({
    isobit: v.literal('trace/1'),
    steps: v.pipe(v.array(traceStepSchema), v.maxLength(limits.traceLeaves)),
  }),
  limits.exchangeBytes,
);

export type Trace = ReturnType<typeof traceKind.parse>;

const VALUE_TAG = utf8('isobit/value/1\0');

/**
 * Salted digest of one value: datatype and shape are part of it. 64 hex characters. Hashed piece by piece, since
 * a trace holds every intermediate value and copying each would cost as much as hashing it.
 */
export const valueDigest = ({ datatype, shape, data }: Omit<Tensor, 'name'>, salt: Uint8Array): string =>
  toHex(
    createSha256()
      .update(VALUE_TAG)
      .update(salt)
      .update(utf8(`${datatype}[${shape.join(',')}]\n`))
      .update(data)
      .digest(),
  );

const stepLeaf = (step: TraceStep, salt: Uint8Array): Uint8Array =>
  leafHash(taggedDigest('isobit/trace-step/1', salt, encodeCanonical(step)));

/** Merkle root over the steps, salted with the request's salt: what a receipt names. 64 hex characters. */
export const traceRoot = (trace: Trace, salt: Uint8Array): string =>
  toHex(merkleRoot(trace.steps.map((step) => stepLeaf(step, salt))));

/** Where two traces of one request part. */
export interface TraceDifference {
  /** Position of the first step that differs. */
  readonly index: number;
  readonly claimed?: TraceStep;
  readonly computed?: TraceStep;
  /**
   * `output`: same operator and inputs, other result: the lie or the fault is in this operator. `inputs` or
   * `graph`: the two did not run the same graph up to here. `length`: one trace ends.
   */
  readonly kind: 'output' | 'inputs' | 'graph' | 'length';
}

/** The first step at which two traces differ, or undefined when they are equal. */
export function firstDifference(claimed: Trace, computed: Trace): TraceDifference | undefined {
  const length = Math.max(claimed.steps.length, computed.steps.length);
  for (let index = 0; index < length; index++) {
    const a = claimed.steps[index];
    const b = computed.steps[index];
    if (!a || !b)
      return { index, ...(a ? { claimed: a } : {}), ...(b ? { computed: b } : {}), kind: 'length' };
    if (same(a, b)) continue;
    const kind =
      a.node !== b.node || a.op !== b.op ? 'graph' : same(a.inputs, b.inputs) ? 'output' : 'inputs';
    return { index, claimed: a, computed: b, kind };
  }
  return undefined;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
