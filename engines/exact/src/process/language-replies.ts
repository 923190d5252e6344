import { field, isCoded } from '@isobit/core';
import {
  llamaWasm,
  llmExact,
  type Request,
  type Response,
  responseKind,
  type TextPiece,
  type Trace,
  textPieceSchema,
  traceKind,
  usageOf,
} from '@isobit/receipt';
import * as v from 'valibot';
import { exactError } from '../errors.ts';
import type { LanguageModelInfo } from '../llm/inspect-language-model.ts';
import type { Checked, Engine, Execution } from '../runtime.ts';

/*
 * What an engine process says, read as if a stranger had sent it: a model may have taken it over.
 */

const readToken = v.strictObject({ token: field.count, text: v.optional(field.text) });

const differenceSchema = v.strictObject({
  choice: field.count,
  index: field.count,
  claimed: v.optional(readToken),
  computed: v.optional(readToken),
  margin: v.optional(v.pipe(v.number(), v.finite())),
});

const factsSchema = v.strictObject({
  architecture: field.name,
  task: v.picklist(['text-generation', 'text-embedding']),
  parameters: field.count,
  context: field.count,
  layers: field.count,
  width: field.count,
  vocabulary: field.count,
  quantisation: field.name,
  cachedValues: field.count,
  name: v.optional(field.text),
  licence: v.optional(field.text),
});

const infoSchema = v.strictObject({
  facts: factsSchema,
  profile: v.picklist([llmExact.name, llamaWasm.name]),
  memory: field.count,
  tokenizer: v.optional(field.hex32),
  chatTemplate: v.optional(field.hex32),
});

/** @throws CodedError `ENGINE_CRASHED` when it is none */
export function openExecution(request: Request, value: unknown): Execution {
  return orNonsense(() => {
    const { response, trace } = (value ?? {}) as { response?: unknown; trace?: unknown };
    const opened: Response = responseKind.parse(response);
    // Counted here: a process says nothing about itself that is signed.
    return { response: opened, ...traceOf(trace), usage: usageOf(request, opened) };
  });
}

/** @throws CodedError `ENGINE_CRASHED` when it is none */
export function openChecked(value: unknown): Checked {
  return orNonsense(() => {
    const { response, difference, trace } = (value ?? {}) as Record<string, unknown>;
    if (difference === undefined) return { response: responseKind.parse(response), ...traceOf(trace) };
    return { difference: v.parse(differenceSchema, difference) as never, ...traceOf(trace) };
  });
}

/** @throws CodedError `ENGINE_CRASHED` when it is none */
export const openInfo = (value: unknown): LanguageModelInfo =>
  orNonsense(() => v.parse(infoSchema, value) as LanguageModelInfo);

/**
 * The build that a process says a model runs on.
 *
 * @param known those that it can have
 * @throws CodedError `ENGINE_CRASHED` when it is none of them
 */
export const openEngine = (known: readonly Engine[], value: unknown): Engine =>
  orNonsense(() => {
    const { name, digest } = (value ?? {}) as Partial<Engine>;
    const found = known.find((engine) => engine.name === name && engine.digest === digest);
    if (found) return found;
    throw exactError('ENGINE_CRASHED', 'the process names a build that it cannot have');
  });

/** A piece of a text, or undefined for what is none. */
export function openPiece(value: unknown): TextPiece | undefined {
  const read = v.safeParse(textPieceSchema, value);
  return read.success ? read.output : undefined;
}

const traceOf = (trace: unknown): { trace?: Trace } =>
  trace === undefined ? {} : { trace: traceKind.parse(trace) };

function orNonsense<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isCoded(error) && !(error instanceof v.ValiError)) throw error;
    throw exactError('ENGINE_CRASHED', 'the process that ran the model answered nonsense', {}, error);
  }
}
