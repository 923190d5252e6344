import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/apis`; `details.param` names the member, as in `messages[0].content`. */
export type ApiErrorCode =
  /** A body is no JSON within the limits, or a member is missing or of the wrong type. */
  | 'API_MALFORMED'
  /** A member, or a member's value, asks for something that is not served. */
  | 'API_UNSUPPORTED'
  /** A member's value is outside its range, or does not fit the other members. */
  | 'API_VALUE'
  /** What a server behind a worker answers is no answer to what it was asked. */
  | 'API_ANSWER'
  /** A server behind a worker says more than an answer may hold. */
  | 'API_LIMIT'
  /** What was told of a text as it came is no part of the answer. */
  | 'API_STREAM';

export const apiError = (code: ApiErrorCode, message: string, param?: string): CodedError<ApiErrorCode> =>
  new CodedError(code, message, param === undefined || param === '' ? {} : { param });
