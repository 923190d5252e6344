import { field, limits, nested } from '@isobit/core';
import { logKeyDocument } from '@isobit/log';
import * as v from 'valibot';
import { receiptKind } from './receipt.ts';
import { responseKind } from './response.ts';
import { traceKind } from './trace.ts';

/** What a worker knows of a run and its client does not: shared by evidence and by a job's answer. */
export const answerMembers = {
  receipt: nested(receiptKind),
  response: v.optional(nested(responseKind)),
  trace: v.optional(nested(traceKind)),
  /** The receipt's place in its worker's log. */
  log: v.optional(
    v.strictObject({
      /** Signed note: the worker's checkpoint, with any cosignatures. */
      checkpoint: v.pipe(v.string(), v.maxBytes(limits.noteBytes)),
      index: field.count,
      /** Audit path from the receipt to the checkpoint's root, lowest first. */
      proof: v.pipe(v.array(field.hex32), v.maxLength(64)),
      /** The document by which the worker's key names its log key (specs/log.md). */
      key: nested(logKeyDocument),
      /** The same documents of the witnesses whose cosignatures the checkpoint carries. */
      witnesses: v.optional(
        v.pipe(v.array(nested(logKeyDocument)), v.minLength(1), v.maxLength(limits.noteSignatures)),
      ),
    }),
  ),
} as const;
