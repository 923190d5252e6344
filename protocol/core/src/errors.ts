/**
 * An error with a code from a closed list. Each package declares its own list in its `errors.ts` and throws
 * only codes of that list; `message` says what happened, to what, and what to do.
 */
export class CodedError<Code extends string = string> extends Error {
  override readonly name = 'CodedError';
  readonly code: Code;
  /** Facts for programs: names, sizes, limits. Never content of a prompt or an answer. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** True when `error` is a coded error (across copies of this package), optionally of one code. */
export const isCoded = (error: unknown, code?: string): error is CodedError =>
  error instanceof Error &&
  error.name === 'CodedError' &&
  (code === undefined || (error as CodedError).code === code);

/** Codes thrown by `@isobit/core`. */
export type CoreErrorCode =
  /** Bytes are not UTF-8, not JSON, not canonical, or deeper or longer than the limits. */
  | 'CANONICAL_INVALID'
  /** A document does not have the fields, types or ranges of its spec. */
  | 'DOCUMENT_INVALID'
  /** A document names a kind or version this reader does not know. */
  | 'DOCUMENT_UNKNOWN_VERSION'
  /** A key, address or signature has the wrong length or is not on the curve. */
  | 'KEY_INVALID'
  /** A content id is not a CIDv1 of the codec and hash that a manifest uses. */
  | 'CID_INVALID'
  /** An index or a size lies outside its tree. */
  | 'MERKLE_RANGE';
