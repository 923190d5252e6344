import { CodedError, isCoded } from '@isobit/core';
import { type ExitCode, exit } from './exit.ts';

/** Codes thrown by the command line itself. */
export type CliErrorCode =
  /** A command, option or argument is unknown, missing or malformed. */
  | 'USAGE'
  /** A file can't be read or written. */
  | 'FILE'
  /** An input file is not of a kind that the model's card or the format allows. */
  | 'INPUT_UNREADABLE'
  /** No node runs on this machine, and none was named. */
  | 'NO_LOCAL_NODE'
  /** What changes a node needs its operator's token, and none is at hand. */
  | 'NO_TOKEN'
  /** An address gives no evidence: unreachable, a redirect, too long. */
  | 'EVIDENCE_UNREACHABLE'
  /** A log's public file can't be read: unreachable, a redirect, too long. */
  | 'LOG_UNREACHABLE';

export const cliError = (code: CliErrorCode, message: string, cause?: unknown): CodedError<CliErrorCode> =>
  new CodedError(code, message, {}, cause === undefined ? undefined : { cause });

/** Codes that mean the person asked wrongly: another command line is needed, trying again is no help. */
const USAGE = new Set([
  'USAGE',
  'FILE',
  'INPUT_UNREADABLE',
  'NO_TOKEN',
  'TOKEN_REQUIRED',
  'OPTION_INVALID',
  'REF_INVALID',
  'PATH_INVALID',
  'VKEY_INVALID',
  'VKEY_UNKNOWN_TYPE',
  'TENSOR_INVALID',
  'PROFILE_UNKNOWN',
  'MODEL_UNKNOWN',
  'NAME_CLASH',
  'VERSION_TAKEN',
  'PARAMETER_INVALID',
  'PARAMETER_UNKNOWN',
  'JOB_INPUT_INVALID',
  'OUTPUT_UNKNOWN',
  // What a hub may refuse.
  'HUB_REF_INVALID',
  'HUB_UNKNOWN',
  'HUB_TOKEN',
  'HUB_GATED',
  'HUB_NO_MODEL',
  'HUB_CHOICE',
  // What a model file may be refused for.
  'MODEL_MALFORMED',
  'MODEL_VERSION',
  'MODEL_EXTERNAL_DATA',
  'MODEL_OPERATOR',
  'MODEL_RANDOM',
  'MODEL_TENSOR',
  'MODEL_TOO_LARGE',
  'MODEL_VALUE_TYPE',
  'MODEL_REFUSED',
  'MODEL_SIGNATURE',
]);

/** 1 for an answer that is refuted, 2 for what was asked wrongly; 3 for everything else, since nothing could be told. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!isCoded(error)) return exit.unknown;
  if (error.code === 'ANSWER_REFUTED') return exit.refuted;
  const asked = USAGE.has(error.code) || error.code.startsWith('INFER_') || error.code.startsWith('INPUT_');
  return asked ? exit.usage : exit.unknown;
}
