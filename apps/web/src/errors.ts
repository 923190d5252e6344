import { CodedError } from '@isobit/core';

/** Codes of what the page itself refuses. Nodes and engines keep their own. */
export type PageErrorCode =
  /** Evidence larger than `limits.pageEvidenceBytes`. */
  | 'EVIDENCE_TOO_LARGE'
  /** A node gave the evidence of another receipt than the one asked for. */
  | 'EVIDENCE_OTHER'
  /** What was pasted is neither evidence nor a link that holds some. */
  | 'PASTE_UNKNOWN'
  /** A file can't be read from disk. */
  | 'FILE_UNREADABLE'
  /** An address, a witness key, a network or a threshold that the visitor entered is malformed. */
  | 'TRUST_INVALID'
  /** The address of a node is no http or https URL. */
  | 'NODE_INVALID'
  /** Nothing says where the model and the engine can be had. */
  | 'NO_SOURCE'
  /** The model is larger than `limits.pageModelBytes`. */
  | 'MODEL_TOO_LARGE'
  /** None of the files chosen by the visitor is the one needed. */
  | 'FILE_NOT_CHOSEN'
  /** Nothing was heard of the worker for `limits.pageSilenceMs`. */
  | 'RUN_TOO_LONG'
  /** The worker broke or was refused by the browser. */
  | 'WORKER_BROKEN';

export const pageError = (
  code: PageErrorCode,
  message: string,
  options?: ErrorOptions,
): CodedError<PageErrorCode> => new CodedError(code, message, {}, options);
