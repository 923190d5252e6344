import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/receipt`. */
export type ReceiptErrorCode =
  /** A tensor's bytes, shape and datatype do not fit each other, or a limit is passed. */
  | 'TENSOR_INVALID'
  /** A document is of another kind than the code at hand serves: text where tensors are expected, or the reverse. */
  | 'KIND_UNSUPPORTED'
  /** A profile's name is not known to this version. */
  | 'PROFILE_UNKNOWN'
  /** A batch of receipts is empty or too large. */
  | 'BATCH_INVALID'
  /** An offer is not signed by the node that it speaks for. */
  | 'OFFER_SIGNATURE'
  /** A body is no inference request: not JSON, a member missing, of the wrong type or not known. */
  | 'INFER_MALFORMED'
  /** A parameter of an inference request is not known here, or its value is not allowed. */
  | 'INFER_PARAMETER'
  /** An input is not the model's, is missing, or comes twice. */
  | 'INFER_INPUT'
  /** An output asked for is not the model's, or is asked for twice. */
  | 'INFER_OUTPUT'
  /** An input's datatype is not known, or not the one of the model's signature. */
  | 'INFER_DATATYPE'
  /** An input's shape does not fit the model's signature, or its data does not fill the shape. */
  | 'INFER_SHAPE'
  /** An element is not a value of its datatype. */
  | 'INFER_VALUE'
  /** The binary part of a body does not fit what the JSON says of it. */
  | 'INFER_BINARY'
  /** An output of strings is not UTF-8, so JSON cannot hold it. */
  | 'INFER_TEXT';

export const receiptError = (
  code: ReceiptErrorCode,
  message: string,
  details?: Record<string, unknown>,
): CodedError<ReceiptErrorCode> => new CodedError(code, message, details);
