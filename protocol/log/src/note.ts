import {
  concatBytes,
  fromBase64,
  fromUtf8,
  limits,
  type NoteKey,
  toBase64,
  utf8,
  verifyEd25519,
} from '@isobit/core';
import { logError } from './errors.ts';
import { formatKeyId, isKeyName, signatureType, type Vkey, vkeyOf } from './vkey.ts';

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string;
  /** Unsigned 32-bit. */
  readonly keyId: number;
  /** What follows the 4 bytes of the key id; at least one byte. */
  readonly signature: Uint8Array;
}

/** A signed text (c2sp signed-note). The text ends in a newline and must be ignored until a signature is verified. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Verifies the signatures of one key. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  readonly type: number;
  verify(text: string, signature: Uint8Array): boolean;
}

/** Signs as one key. */
export interface NoteSigner {
  readonly vkey: Vkey;
  /** @param text the note's text, ending in a newline */
  sign(text: string): Uint8Array;
}

const invalid = (why: string) => logError('NOTE_INVALID', `not a signed note: ${why}`);
const LINE = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/;
/** Anything below U+0020 but newline. */
const CONTROL = /[^\n -\u{10ffff}]/u;

function checkText(text: string): void {
  if (!text.endsWith('\n')) throw invalid('its text does not end in a newline');
  if (CONTROL.test(text)) throw invalid('it holds a control character');
  if (!text.isWellFormed()) throw invalid('its text is not well-formed Unicode');
}

/**
 * Reads a note strictly: what is accepted serializes to the same bytes.
 *
 * @param bytes at most `limits.noteBytes`, with 1 to `limits.noteSignatures` signature lines
 * @throws CodedError `NOTE_INVALID`
 */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > limits.noteBytes)
    throw invalid(`${bytes.length} bytes, at most ${limits.noteBytes} are read`);
  let whole: string;
  try {
    whole = fromUtf8(bytes);
  } catch {
    throw invalid('not UTF-8');
  }
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) throw invalid('no blank line before its signatures');
  const text = whole.slice(0, split + 1);
  checkText(text);
  return { text, signatures: parseSignatures(whole.slice(split + 2)) };
}

/**
 * Reads signature lines, each ending in a newline: the tail of a note, or a witness's answer.
 *
 * @throws CodedError `NOTE_INVALID`
 */
export function parseSignatures(lines: string): NoteSignature[] {
  if (!lines.endsWith('\n')) throw invalid('no signature line, or the last one does not end in a newline');
  const split = lines.slice(0, -1).split('\n', limits.noteSignatures + 1);
  if (split.length > limits.noteSignatures) throw invalid(`more than ${limits.noteSignatures} signatures`);
  return split.map(parseLine);
}

function parseLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = LINE.exec(line) ?? [];
  if (!isKeyName(name)) throw invalid('a signature line is not "— name base64"');
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch {
    throw invalid(`the signature of ${name} is not base64`);
  }
  if (bytes.length < 5) throw invalid(`the signature of ${name} is shorter than a key id and a byte`);
  return {
    name,
    keyId: new DataView(bytes.buffer, bytes.byteOffset).getUint32(0),
    signature: bytes.subarray(4),
  };
}

/** One signature line with its newline. */
export function formatSignature(line: NoteSignature): string {
  if (!isKeyName(line.name)) throw invalid(`"${line.name.slice(0, 80)}" is no key name`);
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, line.keyId);
  return `— ${line.name} ${toBase64(concatBytes(id, line.signature))}\n`;
}

/** Bytes of a note. @throws CodedError `NOTE_INVALID` for what `parseNote` would refuse */
export function serializeNote(note: Note): Uint8Array {
  checkText(note.text);
  const count = note.signatures.length;
  if (count === 0 || count > limits.noteSignatures)
    throw invalid(`${count} signatures, 1 to ${limits.noteSignatures} are allowed`);
  const bytes = utf8(`${note.text}\n${note.signatures.map(formatSignature).join('')}`);
  if (bytes.length > limits.noteBytes)
    throw invalid(`${bytes.length} bytes, at most ${limits.noteBytes} are allowed`);
  return bytes;
}

/** Signs a text with each signer, in order. */
export const signNote = (text: string, signers: readonly NoteSigner[]): Note => ({
  text,
  signatures: signers.map((signer) => ({
    name: signer.vkey.name,
    keyId: signer.vkey.keyId,
    signature: signer.sign(text),
  })),
});

/** The note with signatures added; a line that is there already (same key and bytes) is not repeated. */
export function withSignatures(note: Note, added: readonly NoteSignature[]): Note {
  const known = new Set(note.signatures.map(formatSignature));
  return {
    text: note.text,
    signatures: [...note.signatures, ...added.filter((line) => !known.has(formatSignature(line)))],
  };
}

/** What a reader may conclude about a note from the keys it trusts. */
export type NoteVerdict =
  | {
      readonly ok: true;
      readonly verified: readonly { readonly verifier: NoteVerifier; readonly signature: NoteSignature }[];
    }
  /** `unsigned`: no line of a known key. `bad-signature`: a line of the known key `name` does not verify. */
  | { readonly ok: false; readonly reason: 'unsigned' | 'bad-signature'; readonly name?: string };

/**
 * Checks every line of a known key; lines of unknown keys are ignored. One bad line of a known key rejects the
 * whole note (specs/log.md section 2).
 */
export function verifyNote(note: Note, verifiers: readonly NoteVerifier[]): NoteVerdict {
  const verified: { verifier: NoteVerifier; signature: NoteSignature }[] = [];
  for (const signature of note.signatures) {
    const verifier = verifiers.find(
      (known) => known.name === signature.name && known.keyId === signature.keyId,
    );
    if (!verifier) continue;
    if (!verifier.verify(note.text, signature.signature))
      return { ok: false, reason: 'bad-signature', name: verifier.name };
    if (!verified.some((known) => known.verifier === verifier)) verified.push({ verifier, signature });
  }
  return verified.length > 0 ? { ok: true, verified } : { ok: false, reason: 'unsigned' };
}

/** A signer of type 0x01. */
export const ed25519Signer = (name: string, key: NoteKey): NoteSigner => ({
  vkey: vkeyOf(name, signatureType.ed25519, key.publicKey),
  sign: (text) => key.sign(utf8(text)),
});

/** For the log output of a person: `name (1a2b3c4d)`. */
export const describeKey = (key: { readonly name: string; readonly keyId: number }): string =>
  `${key.name} (${formatKeyId(key.keyId)})`;

/** A verifier of type 0x01 (64-byte signatures, RFC 8032). */
export const ed25519Verifier = (vkey: Vkey): NoteVerifier => ({
  name: vkey.name,
  keyId: vkey.keyId,
  type: vkey.type,
  verify: (text, signature) =>
    signature.length === 64 && verifyEd25519(vkey.publicKey, utf8(text), signature),
});
