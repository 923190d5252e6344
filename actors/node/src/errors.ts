import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/node`, and codes of its HTTP routes. */
export type NodeErrorCode =
  /** An option's value is not of its form. */
  | 'OPTION_INVALID'
  /** Another process works in this data folder. */
  | 'DATA_IN_USE'
  /** The key file is unreadable, malformed, or readable by others. */
  | 'KEY_FILE'
  /** An address or port to listen on is taken or not this machine's. */
  | 'LISTEN_FAILED'
  /** The node signs nothing: its log is behind its witnesses, its key is in use elsewhere, or its engine fails its self-test. */
  | 'SIGNING_REFUSED'
  /** No model answers to the reference. */
  | 'MODEL_UNKNOWN'
  /** The key that owns a name signed two models for one version: neither is followed. */
  | 'NAME_CONTRADICTION'
  /** A name's version is taken by another model. */
  | 'VERSION_TAKEN'
  /** A file that a manifest would name is not in the store, or is not what it is said to be. */
  | 'MODEL_INCOMPLETE'
  /** No node that can be reached holds the model's bytes. */
  | 'NO_SOURCE'
  /** A receipt with this digest is not here. */
  | 'RECEIPT_UNKNOWN'
  /** An engine with this digest is not here. */
  | 'ENGINE_UNKNOWN'
  /** There is no key of this name. */
  | 'KEY_UNKNOWN'
  /** There are as many keys as may be. */
  | 'KEYS_FULL'
  /** A file of the log that does not exist at its present size. */
  | 'LOG_FILE_UNKNOWN'
  /** A body's member is missing or malformed. */
  | 'PARAMETER_INVALID'
  /** The node does not have the role that the route needs. */
  | 'ROLE_ABSENT';

export const nodeError = (
  code: NodeErrorCode,
  message: string,
  details?: Record<string, unknown>,
  options?: ErrorOptions,
): CodedError<NodeErrorCode> => new CodedError(code, message, details, options);
