import * as v from 'valibot';
import { equalBytes, isHex32, utf8 } from './bytes.ts';
import {
  type Canonical,
  canonicalText,
  decodeCanonical,
  encodeCanonical,
  hasTooManyValues,
} from './canonical.ts';
import { isCid } from './cid.ts';
import { taggedDigest } from './digest.ts';
import { CodedError, type CoreErrorCode } from './errors.ts';
import { isAddress } from './keys.ts';
import { limits } from './limits.ts';
import { printable } from './printable.ts';
import { isSignatureHex } from './statement.ts';

/** A kind of canonical document: its tag, its schema and the four things one does with it. */
export interface DocumentKind<T> {
  /** `<kind>/<version>`: the value of the document's `isobit` member and the root of its digest's tag. */
  readonly kind: string;
  /** Checks a value and returns it. @throws CodedError `DOCUMENT_INVALID`, `DOCUMENT_UNKNOWN_VERSION` */
  parse(value: unknown): T;
  /** Reads canonical bytes. @throws CodedError as `parse`, and `CANONICAL_INVALID` */
  decode(bytes: Uint8Array): T;
  /** Canonical bytes. @throws CodedError `CANONICAL_INVALID`, also where no reader would take them for their length or number */
  encode(document: T): Uint8Array;
  /**
   * `taggedDigest("isobit/<kind>/<version>", salt, bytes)`; 32 bytes. What has a digest changes no more: the document
   * is frozen, with all that it holds, and the digest is remembered.
   */
  digest(document: T, salt?: Uint8Array): Uint8Array;
  digestOfBytes(bytes: Uint8Array, salt?: Uint8Array): Uint8Array;
}

const NO_SALT = new Uint8Array(0);
/** Documents up to this size keep their bytes beside their digest: receipts are asked for both, several times. */
const KEPT_BYTES = 8 * 1024;

/** What was computed of a document once. It lives as long as the document. */
interface Known {
  bytes?: Uint8Array;
  digest?: Uint8Array;
  /** Of the digest. */
  salt?: Uint8Array;
}

/** Freezes a document and all that it holds. Bytes and the like are no part of documents. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
  return value;
}

/**
 * Declares a document kind. Unknown members are refused, so that what a signature covers is all that there is;
 * a reader that meets a higher version says so instead of guessing (specs/README.md, Versions).
 */
export function documentKind<S extends v.GenericSchema>(
  kind: string,
  schema: S,
  maxBytes: number = limits.documentBytes,
): DocumentKind<v.InferOutput<S>> {
  const [name] = kind.split('/');
  const parse = (value: unknown): v.InferOutput<S> => {
    const stated = (value as { isobit?: unknown } | null)?.isobit;
    if (typeof stated === 'string' && stated !== kind && stated.startsWith(`${name}/`)) {
      throw new CodedError<CoreErrorCode>(
        'DOCUMENT_UNKNOWN_VERSION',
        `document of kind "${printable(stated, 40)}" where this reader knows ${kind}; a newer Isobit may read it`,
      );
    }
    const result = v.safeParse(schema, value, { abortEarly: true });
    if (result.success) return result.output;
    const issue = result.issues[0];
    const path = printable(v.getDotPath(issue) ?? '', 100);
    throw new CodedError<CoreErrorCode>(
      'DOCUMENT_INVALID',
      `no valid ${kind} document: ${path ? `"${path}": ` : ''}${printable(issue.message, 160)}`,
      { kind, path },
    );
  };
  const known = new WeakMap<object, Known>();
  const knownOf = (document: v.InferOutput<S>): Known | undefined => {
    if (typeof document !== 'object' || document === null) return undefined;
    const found = known.get(document) ?? {};
    known.set(freeze(document), found);
    return found;
  };
  const encodeAnew = (document: v.InferOutput<S>): Uint8Array => {
    const text = canonicalText(document);
    if (hasTooManyValues(text)) {
      throw new CodedError<CoreErrorCode>(
        'CANONICAL_INVALID',
        `a ${kind} document of more than ${limits.documentValues} values, which nobody reads: leave something out`,
      );
    }
    const bytes = utf8(text);
    if (bytes.length > maxBytes) {
      throw new CodedError<CoreErrorCode>(
        'CANONICAL_INVALID',
        `a ${kind} document of ${bytes.length} bytes, at most ${maxBytes} are read: leave something out`,
      );
    }
    return bytes;
  };
  const encode = (document: v.InferOutput<S>): Uint8Array => {
    const kept = known.get(document as object)?.bytes;
    return kept ? kept.slice() : encodeAnew(document);
  };
  const digest = (document: v.InferOutput<S>, salt: Uint8Array = NO_SALT): Uint8Array => {
    const found = knownOf(document);
    if (found?.digest && equalBytes(found.salt ?? NO_SALT, salt)) return found.digest.slice();
    const bytes = found?.bytes ?? encodeAnew(document);
    const made = digestOfBytes(bytes, salt);
    if (found) {
      found.digest = made.slice();
      found.salt = salt.slice();
      if (bytes.length <= KEPT_BYTES) found.bytes = bytes;
    }
    return made;
  };
  const digestOfBytes = (bytes: Uint8Array, salt: Uint8Array = NO_SALT): Uint8Array =>
    taggedDigest(`isobit/${kind}`, salt, bytes);
  return {
    kind,
    parse,
    decode: (bytes) => parse(decodeCanonical(bytes, maxBytes)),
    encode,
    digest,
    digestOfBytes,
  };
}

/** A member that is a document of its own: checked by its kind, refused with its kind's error. */
export const nested = <T>(kind: DocumentKind<T>) =>
  v.pipe(
    v.unknown(),
    v.transform((value): T => kind.parse(value)),
  );

/** An object with members of any name. Unlike valibot's `record` it takes no array and loses no `__proto__`. */
export const recordOf = <T extends Canonical>(isMember: (value: unknown) => value is T, message: string) =>
  v.custom<{ readonly [name: string]: T }>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every(isMember),
    message,
  );

/** True where no text is there twice. */
export const distinct = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;

/** Field schemas that every document shares. */
export const field = {
  hex32: v.custom<string>(isHex32, 'must be 64 lowercase hex characters'),
  address: v.custom<string>(isAddress, 'must be 0x and 40 lowercase hex characters'),
  signature: v.custom<string>(isSignatureHex, 'must be 130 lowercase hex characters'),
  cid: v.custom<string>((value) => typeof value === 'string' && isCid(value), 'must be a model id'),
  /** A non-negative safe integer. */
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Milliseconds since 1970-01-01 UTC. */
  time: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** A short text: 1 to `limits.nameBytes` bytes. */
  name: v.pipe(v.string(), v.nonEmpty(), v.maxBytes(limits.nameBytes)),
  text: v.string(),
  /** Any canonical value. */
  canonical: v.custom<Canonical>(isCanonical, 'must hold only canonical values'),
} as const;

function isCanonical(value: unknown): boolean {
  try {
    encodeCanonical(value);
    return true;
  } catch {
    return false;
  }
}
