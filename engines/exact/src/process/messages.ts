import { limits } from '@isobit/core';
import type { Datatype, Manifest } from '@isobit/model';
import {
  checkTensor,
  isTokenTrace,
  type OperatorTrace,
  type Request,
  type Response,
  type Tensor,
  type Trace,
  traceKind,
} from '@isobit/receipt';
import { type ExactErrorCode, exactError } from '../errors.ts';
import { padding } from './frames.ts';
import type { FilePlace } from './places.ts';

/** What a node asks of an engine process. The answer carries its id. */
export type EngineRequest =
  /** `file` is where the entry's bytes are said to lie; without it they are the body. */
  | {
      readonly id: number;
      readonly op: 'load';
      readonly key: string;
      readonly manifest: Manifest;
      readonly file?: string;
    }
  | { readonly id: number; readonly op: 'unload'; readonly key: string }
  | { readonly id: number; readonly op: 'inspect'; readonly file: string }
  /** Of language models: a load of several files. Without places they are the body, one after another. */
  | {
      readonly id: number;
      readonly op: 'open';
      readonly key: string;
      readonly manifest: Manifest;
      readonly places?: readonly FilePlace[];
    }
  | {
      readonly id: number;
      readonly op: 'look';
      readonly format: string;
      readonly entry: string;
      readonly places: readonly FilePlace[];
    }
  | {
      readonly id: number;
      readonly op: 'run';
      readonly key: string;
      readonly inputs: readonly TensorHeader[];
      readonly outputs: readonly string[];
      /** Salt in hex where a trace is wanted. */
      readonly trace?: string;
    }
  /** Of language models; `pieces`: whether what comes is told as it comes. */
  | {
      readonly id: number;
      readonly op: 'execute';
      readonly key: string;
      readonly request: Request;
      readonly trace: boolean;
      readonly pieces: boolean;
    }
  | {
      readonly id: number;
      readonly op: 'check';
      readonly key: string;
      readonly request: Request;
      readonly response: Response;
      readonly trace: boolean;
    }
  /** Ends the `execute` or `check` with the id `run`, which answers with its error. Not answered itself. */
  | { readonly id: number; readonly op: 'cancel'; readonly run: number };

export type EngineReply =
  | {
      readonly id: number;
      readonly outputs?: readonly TensorHeader[];
      readonly trace?: OperatorTrace;
      /** Of an `open`: the build that runs the model. */
      readonly engine?: unknown;
      readonly info?: unknown;
      readonly execution?: unknown;
      readonly checked?: unknown;
    }
  /** Before the answer, any number of times. */
  | { readonly id: number; readonly event: unknown }
  | {
      readonly id: number;
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly details?: Record<string, unknown>;
      };
    };

/** Id of the message that an engine process sends when it is ready. */
export const READY = 0;

/** Id of the events by which a process that answers several at once shows that it is not stuck. */
export const ALIVE = -1;

/** How an engine process ends when it uses more memory than allowed. */
export const EXIT_MEMORY = 77;

/** A tensor whose bytes lie in the body, one after another at multiples of eight. */
export interface TensorHeader {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly bytes: number;
}

const zeros = new Uint8Array(8);

/** Splits tensors into headers and the parts of a body. */
export function packTensors(tensors: readonly Tensor[]): { headers: TensorHeader[]; parts: Uint8Array[] } {
  const headers = tensors.map(({ name, datatype, shape, data }) => ({
    name,
    datatype,
    shape,
    bytes: data.length,
  }));
  const parts = tensors.flatMap(({ data }) => [data, zeros.subarray(0, padding(data.length))]);
  return { headers, parts };
}

/** The inverse of `packTensors`; the tensors are views of the body. */
export function unpackTensors(headers: readonly TensorHeader[], body: Uint8Array): Tensor[] {
  let at = 0;
  return headers.map(({ name, datatype, shape, bytes }) => {
    const data = body.subarray(at, at + bytes);
    at += bytes + padding(bytes);
    return { name, datatype, shape, data };
  });
}

/**
 * Reads a run's answer as if a stranger had sent it.
 *
 * @throws CodedError `ENGINE_CRASHED` when it is not what was asked for
 */
export function openRunReply(
  reply: EngineReply,
  body: Uint8Array,
  names: readonly string[],
): { outputs: Tensor[]; trace?: OperatorTrace } {
  try {
    const { outputs: headers, trace } = reply as Extract<EngineReply, { outputs?: unknown }>;
    if (!Array.isArray(headers) || headers.length !== names.length)
      throw new RangeError('wrong number of outputs');
    const outputs = unpackTensors(headers, body).map((tensor, i) => {
      if (tensor.name !== names[i]) throw new RangeError('an output with another name');
      return checkTensor(tensor);
    });
    return { outputs, ...(trace ? { trace: operatorTrace(traceKind.parse(trace)) } : {}) };
  } catch (error) {
    throw exactError('ENGINE_CRASHED', 'the process that ran the model answered nonsense', {}, error);
  }
}

function operatorTrace(trace: Trace): OperatorTrace {
  if (isTokenTrace(trace)) throw new RangeError('a trace of tokens');
  return trace;
}

const CODE = /^[A-Z][A-Z_]{1,40}$/;

/** The error that an engine process reports, with nothing in it that a log or a client could choke on. */
export function openError({
  code,
  message,
  details,
}: Extract<EngineReply, { error: unknown }>['error']): Error {
  const known = CODE.test(String(code)) ? (code as ExactErrorCode) : 'RUN_FAILED';
  return exactError(known, String(message).slice(0, 1_000), numbersOf(details));
}

/** Sizes and counts, which a caller may act on. */
const numbersOf = (details: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(details ?? {})
      .filter(([name, value]) => /^[a-zA-Z]{1,40}$/.test(name) && Number.isSafeInteger(value))
      .slice(0, 8),
  );

/** Longest message taken from an engine process, in bytes. */
export const MAX_REPLY = limits.exchangeBytes;
