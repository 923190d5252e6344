import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/exact` and by every other adapter of the port `Runtime`. */
export type ExactErrorCode =
  /** A model file is none of its format: truncated, garbage, or holding fields that the format does not know. */
  | 'MODEL_MALFORMED'
  /** A model's IR version or an operator set it imports lies outside what the engine implements. */
  | 'MODEL_VERSION'
  /** A model keeps tensors in other files. */
  | 'MODEL_EXTERNAL_DATA'
  /** A node's operator is neither a standard one nor a function of the model itself. */
  | 'MODEL_OPERATOR'
  /** A model draws random numbers, so that no second run gives the same bits. */
  | 'MODEL_RANDOM'
  /** A tensor declares a size that is absurd or that its bytes do not have. */
  | 'MODEL_TENSOR'
  /** A model has more nodes, names, nesting or bytes than the limits. */
  | 'MODEL_TOO_LARGE'
  /** An input or output is no tensor, has a type without a datatype, or an input states no rank. */
  | 'MODEL_VALUE_TYPE'
  /** The engine itself refused a model that passed every check before it. */
  | 'MODEL_REFUSED'
  /** The manifest's inputs and outputs are not the model file's. */
  | 'MODEL_SIGNATURE'
  /** A model's bytes are absent, or not those that the manifest names. */
  | 'MODEL_BYTES'
  /** The operator of this node has not allowed this model (native engines load nothing else). */
  | 'MODEL_NOT_ALLOWED'
  /** A request names an input that the model does not have. */
  | 'INPUT_UNKNOWN'
  /** A request lacks an input of the model, or gives one twice. */
  | 'INPUT_MISSING'
  /** An input has another datatype than the model's. */
  | 'INPUT_DATATYPE'
  /** An input has another number of dimensions than the model's. */
  | 'INPUT_RANK'
  /** A dimension of an input has another size than the model fixes. */
  | 'INPUT_SIZE'
  /** A string of an input is not UTF-8 or holds a NUL, which the engine would cut. */
  | 'INPUT_STRING'
  /** A request asks for an output that the model does not have, or for one twice. */
  | 'OUTPUT_UNKNOWN'
  /** The outputs are larger than a response may be. */
  | 'OUTPUT_TOO_LARGE'
  /** A request is for another profile than the runtime's. */
  | 'PROFILE_MISMATCH'
  /** The engine stopped with an error: sizes that do not fit each other inside the model, for one. */
  | 'RUN_FAILED'
  /** A load or a run took longer than allowed. */
  | 'RUN_TIMEOUT'
  /** The caller aborted. */
  | 'RUN_ABORTED'
  /** A load or a run needed more memory than allowed. */
  | 'RUN_MEMORY'
  /** A model needs more memory than is free for it; `details` has `needed` and `available`, in bytes. */
  | 'MODEL_MEMORY'
  /** A trace was asked of a runtime or a model that has none. */
  | 'TRACE_UNAVAILABLE'
  /** The engine's binary is not the one that the profile names. */
  | 'ENGINE_DIGEST'
  /** The engine is absent or does not start. */
  | 'ENGINE_UNAVAILABLE'
  /** The engine's known-answer test gave other bits: nothing may be signed with it. */
  | 'ENGINE_SELF_TEST'
  /** The process that ran the model ended; the next request gets a new one. */
  | 'ENGINE_CRASHED'
  /** Too many requests wait; `details.retryAfterMs` says when to come back. */
  | 'QUEUE_FULL'
  /** A runtime or a model was used after it was disposed. */
  | 'RUNTIME_DISPOSED'
  /** A language model's architecture, or something it asks for, is none that the profile describes. */
  | 'MODEL_ARCHITECTURE'
  /** A hyper-parameter of a language model is absent, of another type, out of range or against another one. */
  | 'MODEL_METADATA'
  /** A weight or a scale is infinite, NaN, or outside what its operator allows. */
  | 'MODEL_WEIGHTS'
  /** A prompt has no token. */
  | 'PROMPT_EMPTY'
  /** A token id lies outside the model's vocabulary. */
  | 'TOKEN_UNKNOWN'
  /** Prompt and answer together are longer than the model's context. */
  | 'CONTEXT_FULL'
  /** A sampling parameter lies outside its range. */
  | 'SAMPLING_INVALID'
  /** A grammar forbids every token. */
  | 'SAMPLING_IMPOSSIBLE'
  /** A run met an infinite or NaN value where it had to choose a token or give an embedding. */
  | 'RUN_NOT_FINITE'
  /** A model's tokenizer contradicts itself: lists of different lengths, an id without a token, a merge of unknown parts. */
  | 'TOKENIZER_INVALID'
  /** A model's tokenizer is of a kind, or asks for a step, that the profile does not describe. */
  | 'TOKENIZER_UNSUPPORTED'
  /** A vocabulary, a token or a text is larger than the limits. */
  | 'TOKENIZER_LIMIT'
  /** A chat template is no template, or fails on any conversation it is given. */
  | 'TEMPLATE_INVALID'
  /** A chat template, its text or the work it asks for is larger than the limits. */
  | 'TEMPLATE_LIMIT'
  /** A chat template refuses this conversation (`raise_exception`), or a model has no template for one. */
  | 'TEMPLATE_REFUSED'
  /** A grammar or schema does not read, names what it does not have, or comes back to itself without a byte. */
  | 'GRAMMAR_INVALID'
  /** A schema has a keyword that specs/grammar.md does not describe. */
  | 'GRAMMAR_UNSUPPORTED'
  /** A grammar is larger than the limits, or so ambiguous that too many ways to go on stay open. */
  | 'GRAMMAR_LIMIT';

export const exactError = (
  code: ExactErrorCode,
  message: string,
  details?: Record<string, unknown>,
  cause?: unknown,
): CodedError<ExactErrorCode> =>
  new CodedError(code, message, details, cause === undefined ? undefined : { cause });

/** @throws CodedError `RUN_ABORTED` when the signal has been aborted */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw aborted(what, signal);
}

/** The error for a caller that aborted; its reason is the cause. */
export const aborted = (what: string, signal?: AbortSignal): CodedError<ExactErrorCode> =>
  exactError('RUN_ABORTED', `${what} was aborted by its caller`, {}, signal?.reason);

const REQUEST_FAULTS: ReadonlySet<string> = new Set<ExactErrorCode | 'TENSOR_INVALID'>([
  'INPUT_UNKNOWN',
  'INPUT_MISSING',
  'INPUT_DATATYPE',
  'INPUT_RANK',
  'INPUT_SIZE',
  'INPUT_STRING',
  'OUTPUT_UNKNOWN',
  'TENSOR_INVALID',
  'PROMPT_EMPTY',
  'TOKEN_UNKNOWN',
  'CONTEXT_FULL',
  'SAMPLING_INVALID',
  'SAMPLING_IMPOSSIBLE',
  'TEMPLATE_REFUSED',
  'GRAMMAR_INVALID',
  'GRAMMAR_UNSUPPORTED',
  'GRAMMAR_LIMIT',
]);

/** True for codes that mean the request itself does not fit the model, so that no machine can answer it. */
export const requestFault = (code: string): boolean => REQUEST_FAULTS.has(code);
