import {
  documentKind,
  encodeCanonical,
  leafHash,
  limits,
  merkleRoot,
  taggedDigest,
  toHex,
} from '@isobit/core';
import * as v from 'valibot';
import { type OperatorTrace, operatorTraceSchema } from './trace/operator-trace.ts';
import { type TokenTrace, tokenTraceSchema } from './trace/token-trace.ts';

export {
  firstDifference,
  type OperatorTrace,
  type TraceDifference,
  type TraceStep,
  traceStepSchema,
} from './trace/operator-trace.ts';
export {
  firstTokenDifference,
  type TokenTrace,
  type TokenTraceDifference,
  type TokenTraceStep,
} from './trace/token-trace.ts';
export { valueDigest } from './trace/value.ts';

export type Trace = OperatorTrace | TokenTrace;

/** The intermediate values of a run by digest (specs/trace.md): of a graph's operators, or of a text's tokens. */
export const traceKind = documentKind(
  'trace/1',
  v.lazy(
    (value): v.GenericSchema<unknown, Trace> =>
      typeof value === 'object' && value !== null && 'kind' in value ? tokenTraceSchema : operatorTraceSchema,
  ),
  limits.exchangeBytes,
);

export const isTokenTrace = (trace: Trace): trace is TokenTrace => 'kind' in trace;

/** Merkle root over the steps, salted with the request's salt: what a receipt names. 64 hex characters. */
export function traceRoot(trace: Trace, salt: Uint8Array): string {
  const tag = isTokenTrace(trace) ? 'isobit/trace-token/1' : 'isobit/trace-step/1';
  const leaf = (step: unknown) => leafHash(taggedDigest(tag, salt, encodeCanonical(step)));
  return toHex(merkleRoot(trace.steps.map(leaf)));
}
