import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/store`. */
export type StoreErrorCode = BlobErrorCode | PullErrorCode | HubErrorCode | DatabaseErrorCode;

/** The block store: its files, and what is asked of them. */
export type BlobErrorCode =
  /** A name is not 64 lowercase hex characters. */
  | 'BLOB_ROOT_INVALID'
  /** The store does not hold this root. */
  | 'BLOB_ABSENT'
  /** The stored bytes no longer lead to their root: a disk error, or somebody wrote to the folder. */
  | 'BLOB_CORRUPT'
  /** A range begins or ends outside of the blob. */
  | 'BLOB_RANGE'
  /** More bytes than one file of a model may have, or a size that is none. */
  | 'BLOB_SIZE'
  /** A partial blob was committed before all of its blocks were there. */
  | 'BLOB_INCOMPLETE'
  /** The file of a partial blob was removed or replaced while it was open. */
  | 'BLOB_PARTIAL_LOST'
  /** HTTP: blobs are read with GET and HEAD. */
  | 'METHOD_NOT_ALLOWED'
  /** The disk has no room. */
  | 'STORE_FULL'
  /** The disk or the bucket refused to read or write. */
  | 'STORE_IO';

/** Pulling bytes from other nodes. `SOURCE_*` name why a source was left. */
export type PullErrorCode =
  /** No source is left; `details.sources` lists each with its reason. */
  | 'PULL_FAILED'
  /** The source does not hold the root. */
  | 'SOURCE_ABSENT'
  /** A block's bytes are not those of the block tree. */
  | 'SOURCE_BAD_BLOCK'
  /** A leaf list does not lead to the root, or has another length than the size demands. */
  | 'SOURCE_BAD_LEAVES'
  /** An answer with a wrong range, length or encoding, or with more bytes than asked for. */
  | 'SOURCE_PROTOCOL'
  /** The source answered with a redirect, which is never followed. */
  | 'SOURCE_REDIRECT'
  /** Nothing, or too little, came for too long. */
  | 'SOURCE_STALLED'
  /** The connection failed, or ended before all bytes had come. */
  | 'SOURCE_IO'
  /** The source answered that it is overloaded or broken (429, 5xx). */
  | 'SOURCE_BUSY'
  /** An address that is not http(s), or leads to a private, loopback or link-local network. */
  | 'ADDRESS_REFUSED';

/** Fetching a model from a hub. */
export type HubErrorCode =
  /** A reference that names no repository of a hub, or a setting that is no address of one. */
  | 'HUB_REF_INVALID'
  /** The hub has no such repository, revision or file, or does not show it to this token. */
  | 'HUB_UNKNOWN'
  /** The hub asks for a token, or does not take the one it got. */
  | 'HUB_TOKEN'
  /** The repository's terms must be accepted at the hub first. */
  | 'HUB_GATED'
  /** The repository holds no model of a kind that Isobit takes. */
  | 'HUB_NO_MODEL'
  /** Which of the repository's files is meant can't be told, or it is in pieces. */
  | 'HUB_CHOICE'
  /** The hub is overloaded or broken (429, 5xx); `details.retryAfterMs` where it said when to come back. */
  | 'HUB_BUSY'
  /** The hub can't be reached, or the connection ended early again and again. */
  | 'HUB_UNREACHABLE'
  /** A redirect that leads where none may: plain http elsewhere, a private network, in a circle. */
  | 'HUB_REDIRECT'
  /** The hub answers in another form than its API, or contradicts itself. */
  | 'HUB_PROTOCOL'
  /** The bytes that came are not those that the hub named by digest. */
  | 'HUB_DIGEST';

/** The database. */
export type DatabaseErrorCode =
  /** The file was written by a newer Isobit. */
  | 'DATABASE_NEWER'
  /** The file is no database, or is damaged. */
  | 'DATABASE_INVALID'
  /** The database is closed. */
  | 'DATABASE_CLOSED'
  /** A transaction was begun inside another one's callback through the outer handle: it would wait for itself. */
  | 'DATABASE_NESTED'
  /** A key signed two models for one version; both records are kept as evidence. */
  | 'NAME_CONTRADICTION'
  /** Two versions of a name have the same sequence: which is the newest cannot be told. */
  | 'NAME_AMBIGUOUS'
  /** The petname stands for another key. */
  | 'PETNAME_TAKEN'
  /** There is a key of this name. */
  | 'KEY_NAME_TAKEN';

export const storeError = (
  code: StoreErrorCode,
  message: string,
  details?: Record<string, unknown>,
  options?: ErrorOptions,
): CodedError<StoreErrorCode> => new CodedError(code, message, details, options);
