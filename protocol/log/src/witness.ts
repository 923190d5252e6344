import {
  concatBytes,
  emptyRoot,
  equalBytes,
  fromBase64,
  fromUtf8,
  type Hash,
  limits,
  toBase64,
  utf8,
  verifyConsistency,
} from '@isobit/core';
import { type Checkpoint, parseSize, readCheckpoint } from './checkpoint.ts';
import { logError } from './errors.ts';
import { type Note, type NoteSignature, type NoteVerifier, parseSignatures, verifyNote } from './note.ts';

/** What a log asks of a witness (c2sp tlog-witness, add-checkpoint). */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness cosigned last. */
  readonly oldSize: number;
  /** Consistency proof from it, at most 63 hashes. */
  readonly proof: readonly Hash[];
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

const MAX_PROOF = 63;
/** `old` and a size, the proof lines of 45 bytes, an empty line, a note. */
const MAX_BODY = limits.noteBytes + 32 + MAX_PROOF * 45;

const invalid = (why: string) => logError('WITNESS_REQUEST_INVALID', `not an add-checkpoint request: ${why}`);

/** @param note bytes of the signed checkpoint */
export function formatAddCheckpoint(oldSize: number, proof: readonly Hash[], note: Uint8Array): Uint8Array {
  if (proof.length > MAX_PROOF) throw invalid(`${proof.length} proof lines, at most ${MAX_PROOF} are read`);
  return concatBytes(utf8(`old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n`), note);
}

/** @throws CodedError `WITNESS_REQUEST_INVALID`, `NOTE_INVALID`, `CHECKPOINT_INVALID`: the answer to each is 400 */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  if (body.length > MAX_BODY) throw invalid(`${body.length} bytes, at most ${MAX_BODY} are read`);
  // The head is ASCII up to the first blank line; the note's own bytes are left to its reader.
  let blank = 0;
  while (blank < body.length && !(body[blank] === 0x0a && body[blank + 1] === 0x0a)) blank++;
  let head: string[];
  try {
    head = fromUtf8(body.subarray(0, blank)).split('\n', MAX_PROOF + 2);
  } catch {
    throw invalid('not UTF-8');
  }
  const [first = '', ...lines] = head;
  const oldSize = first.startsWith('old ') ? parseSize(first.slice(4)) : undefined;
  if (oldSize === undefined) throw invalid('it does not begin with "old <size>"');
  if (lines.length > MAX_PROOF) throw invalid(`more than ${MAX_PROOF} proof lines`);
  return { oldSize, proof: lines.map(parseHash), ...readCheckpoint(body.subarray(blank + 2)) };
}

function parseHash(line: string): Hash {
  try {
    const hash = fromBase64(line);
    if (hash.length === 32) return hash;
  } catch {
    // falls through to the one error
  }
  throw invalid('a proof line is not the base64 of 32 bytes');
}

/** What a witness remembers of a log: the checkpoint that it cosigned last. */
export interface Seen {
  readonly size: number;
  readonly root: Hash;
}

/** Why a witness does not cosign. */
export type WitnessRefusal =
  /** 400: the body is malformed. */
  | 'MALFORMED'
  /** 404: this witness does not know the log's origin. */
  | 'UNKNOWN_ORIGIN'
  /** 403: no line by a key that the witness knows for the origin, or such a line does not verify. */
  | 'NOT_SIGNED_BY_LOG'
  /** 400: the old size is larger than the checkpoint. */
  | 'OLD_SIZE_TOO_LARGE'
  /** 422: size zero with a root other than the empty tree's. */
  | 'EMPTY_ROOT_WRONG'
  /** 422: the size that was cosigned before, with another root: the log shows two faces. */
  | 'ROOT_CHANGED'
  /** 422: the consistency proof does not lead from the cosigned root to this one. */
  | 'PROOF_INVALID';

export type WitnessDecision =
  | { readonly status: 200 }
  /** The log must prove consistency from `size`, what the witness cosigned last. */
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 422; readonly reason: WitnessRefusal };

/**
 * Decides about a request, in the order of the c2sp text (specs/log.md section 6). The caller makes the
 * decision and the update of `seen` one atomic step, durable before a cosignature leaves.
 *
 * @param keys verifiers that the witness has for the checkpoint's origin; undefined for an unknown origin
 * @param seen what it cosigned last for that origin; undefined for nothing
 */
export function decideAddCheckpoint(
  request: AddCheckpoint,
  keys: readonly NoteVerifier[] | undefined,
  seen: Seen | undefined,
): WitnessDecision {
  const { oldSize, proof, checkpoint, note } = request;
  if (!keys || keys.length === 0) return { status: 404, reason: 'UNKNOWN_ORIGIN' };
  if (!verifyNote(note, keys).ok) return { status: 403, reason: 'NOT_SIGNED_BY_LOG' };
  if (oldSize > checkpoint.size) return { status: 400, reason: 'OLD_SIZE_TOO_LARGE' };
  const last = seen ?? { size: 0, root: emptyRoot() };
  if (oldSize !== last.size) return { status: 409, size: last.size };
  if (checkpoint.size === 0 && !equalBytes(checkpoint.root, emptyRoot()))
    return { status: 422, reason: 'EMPTY_ROOT_WRONG' };
  if (oldSize === checkpoint.size && !equalBytes(checkpoint.root, last.root))
    return { status: 422, reason: 'ROOT_CHANGED' };
  if (!verifyConsistency(oldSize, checkpoint.size, last.root, checkpoint.root, proof))
    return { status: 422, reason: 'PROOF_INVALID' };
  return { status: 200 };
}

const badResponse = (why: string) => logError('WITNESS_RESPONSE_INVALID', `not a witness's answer: ${why}`);

/** Body of a 409: the size in decimal and a newline. @throws CodedError `WITNESS_RESPONSE_INVALID` */
export function parseConflict(body: Uint8Array): number {
  const text = body.length <= 20 ? new TextDecoder().decode(body) : '';
  const size = text.endsWith('\n') ? parseSize(text.slice(0, -1)) : undefined;
  if (size === undefined) throw badResponse('a conflict (409) without the size that was cosigned last');
  return size;
}

/** Signature lines of a 200. They are unverified: pass them to `verifyNote` with the checkpoint's text. @throws CodedError `WITNESS_RESPONSE_INVALID` */
export function parseCosignatures(body: Uint8Array): NoteSignature[] {
  try {
    if (body.length <= limits.noteBytes) return parseSignatures(fromUtf8(body));
  } catch {
    // falls through to the one error
  }
  throw badResponse('a success (200) whose body is no signature lines');
}
