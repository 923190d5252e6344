import { field, limits } from '@isobit/core';
import { datatypes } from '@isobit/model';
import * as v from 'valibot';

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

/** A graph's operators, in the graph's order (specs/trace.md section 1). */
export const operatorTraceSchema = v.strictObject({
  isobit: v.literal('trace/1'),
  steps: v.pipe(v.array(traceStepSchema), v.maxLength(limits.traceLeaves)),
});

export type TraceStep = v.InferOutput<typeof traceStepSchema>;
export type OperatorTrace = v.InferOutput<typeof operatorTraceSchema>;

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
export function firstDifference(
  claimed: OperatorTrace,
  computed: OperatorTrace,
): TraceDifference | undefined {
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
