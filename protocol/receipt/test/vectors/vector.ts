import { canonicalText, fromHex, fromUtf8, nodeKey, sha256, toHex, utf8 } from '@isobit/core';

/** One file of specs/vectors, as specs/README.md describes it. */
export interface Vector {
  readonly description: string;
  readonly kind: string;
  readonly text?: string;
  readonly hex?: string;
  readonly expected?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly [input: string]: unknown;
}

/** The vectors of one term by file name; a valid one gets its `expected` from the operation of its kind. */
export interface Term {
  readonly valid: Readonly<Record<string, Vector>>;
  readonly invalid: Readonly<Record<string, Vector>>;
}

export type Json = Readonly<Record<string, unknown>>;

export const inputBytes = (vector: Vector): Uint8Array =>
  vector.hex === undefined ? utf8(vector.text ?? '') : fromHex(vector.hex);

/** Bytes as a vector states them: text where they are UTF-8, else hex. */
export function input(bytes: Uint8Array): { text: string } | { hex: string } {
  try {
    return { text: fromUtf8(bytes) };
  } catch {
    return { hex: toHex(bytes) };
  }
}

/** Text of a document with some members changed; `undefined` removes one. */
export const edited = (document: Json, changes: Json): string => canonicalText({ ...document, ...changes });

/** 32 bytes that differ by name and are the same for ever. */
export const bytes32 = (name: string): Uint8Array => sha256(utf8(`isobit test vector: ${name}`));
export const hex32 = (name: string): string => toHex(bytes32(name));
export const testKey = (name: string) => nodeKey(bytes32(`key ${name}`));

/** What every strict document refuses, whatever it says. */
export function commonFaults(kind: string, document: Json): Record<string, Vector> {
  const text = canonicalText(document);
  const stated = String(document['isobit']);
  const fault = (description: string, error: string, spelled: string) => ({
    description,
    kind,
    text: spelled,
    error,
  });
  const [first] = Object.keys(document)
    .filter((name) => name !== 'isobit')
    .sort();
  return {
    'unknown-member': fault(
      'a member that the spec does not list',
      'DOCUMENT_INVALID',
      edited(document, { zzz: 1 }),
    ),
    'proto-member': fault(
      'a member named __proto__',
      'DOCUMENT_INVALID',
      text.replace('{', '{"__proto__":1,'),
    ),
    'unknown-version': fault(
      'a version that this reader does not know',
      'DOCUMENT_UNKNOWN_VERSION',
      edited(document, { isobit: stated.replace('/1', '/2') }),
    ),
    'other-kind': fault(
      'a document of another kind',
      'DOCUMENT_INVALID',
      edited(document, { isobit: 'other/1' }),
    ),
    'no-kind': fault('no isobit member', 'DOCUMENT_INVALID', edited(document, { isobit: undefined })),
    'missing-member': fault(
      `without "${first}"`,
      'DOCUMENT_INVALID',
      edited(document, { [first as string]: undefined }),
    ),
    'null-member': fault(
      `"${first}" is null`,
      'DOCUMENT_INVALID',
      edited(document, { [first as string]: null }),
    ),
    'not-an-object': fault('a list', 'DOCUMENT_INVALID', `[${text}]`),
    'white-space': fault('a newline after the document', 'CANONICAL_INVALID', `${text}\n`),
    'member-twice': fault(
      'isobit stands twice',
      'CANONICAL_INVALID',
      text.replace('"isobit"', `"isobit":"${stated}","isobit"`),
    ),
  };
}

/** Names with a prefix, so that the faults of several kinds fit one folder. */
export const prefixed = (prefix: string, vectors: Record<string, Vector>): Record<string, Vector> =>
  Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [`${prefix}-${name}`, vector]));
