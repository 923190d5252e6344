import { equalBytes, fromUtf8, sha256, toHex, utf8 } from '@isobit/core';
import {
  formatAddCheckpoint,
  type Note,
  type NoteSignature,
  parseConflict,
  parseCosignatures,
  readCheckpoint,
  verifyNote,
} from '@isobit/log';
import type { Log, LogHead } from './log.ts';
import type { Refusal } from './refusal.ts';
import type { Witness } from './witness-port.ts';

/** What came of asking one witness to cosign one checkpoint. */
export type WitnessOutcome =
  /** Its cosignature, verified. */
  | { readonly kind: 'cosigned'; readonly signature: NoteSignature }
  /** It saw the log smaller than it is: the proof must begin there. */
  | { readonly kind: 'older'; readonly size: number }
  /** It cosigned a larger size meanwhile, which this log has. */
  | { readonly kind: 'newer'; readonly size: number }
  /** It saw what this log does not have. */
  | { readonly kind: 'refuted'; readonly refusal: Omit<Refusal, 'time'> }
  /** Its answer is not one: an unknown status, a bad cosignature, a claim that it cannot show. */
  | { readonly kind: 'faulty'; readonly why: string }
  /** It does not serve this log. */
  | { readonly kind: 'declined'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly why: string };

/**
 * Asks a witness to cosign `head`, with a proof from `oldSize`.
 *
 * @throws only the reason of `signal`
 */
export async function askWitness(
  log: Log,
  witness: Witness,
  head: LogHead,
  oldSize: number,
  signal: AbortSignal,
): Promise<WitnessOutcome> {
  try {
    const proof = await log.consistency(oldSize, head.size);
    const { status, body } = await witness.addCheckpoint(
      formatAddCheckpoint(oldSize, proof, head.note),
      signal,
    );
    if (status === 200) return readCosignature(witness, readCheckpoint(head.note).note, body);
    if (status === 409) return await readConflict(log, witness, oldSize, parseConflict(body), signal);
    if (status === 422) return await readFork(log, witness, head, oldSize, signal);
    return { kind: 'declined', status };
  } catch (error) {
    return { kind: 'unreachable', why: (error as Error | undefined)?.message ?? String(error) };
  }
}

function readCosignature(witness: Witness, note: Note, body: Uint8Array): WitnessOutcome {
  const verdict = verifyNote({ text: note.text, signatures: parseCosignatures(body) }, [witness.key]);
  const signature = verdict.ok ? verdict.verified[0]?.signature : undefined;
  return signature
    ? { kind: 'cosigned', signature }
    : { kind: 'faulty', why: 'its answer holds no valid cosignature of its key' };
}

async function readConflict(
  log: Log,
  witness: Witness,
  oldSize: number,
  size: number,
  signal: AbortSignal,
): Promise<WitnessOutcome> {
  if (size === oldSize) return { kind: 'faulty', why: `it names ${size} in a conflict about ${size}` };
  if (size <= log.size) return size < oldSize ? { kind: 'older', size } : { kind: 'newer', size };
  const message = `witness ${witness.key.name} cosigned ${size} entries of this log, which has ${log.size}: it is a stale copy; restore the newest one`;
  return withEvidence(log, witness, { code: 'LOG_BEHIND', message, witness: witness.key.name }, signal);
}

async function readFork(
  log: Log,
  witness: Witness,
  head: LogHead,
  oldSize: number,
  signal: AbortSignal,
): Promise<WitnessOutcome> {
  const message = `witness ${witness.key.name} saw another tree of this log at or before ${oldSize || head.size} entries: its key is in use elsewhere; stop the other copy`;
  return withEvidence(log, witness, { code: 'LOG_FORKED', message, witness: witness.key.name }, signal);
}

/** A witness that offers its newest checkpoint must show one that this log signed and does not have. */
async function withEvidence(
  log: Log,
  witness: Witness,
  refusal: Omit<Refusal, 'time'>,
  signal: AbortSignal,
): Promise<WitnessOutcome> {
  if (!witness.latest) return { kind: 'refuted', refusal };
  const bytes = await witness.latest(toHex(sha256(utf8(log.origin))), signal);
  if (!bytes) return { kind: 'faulty', why: `it says ${refusal.code} and shows no checkpoint` };
  const { checkpoint, note } = readCheckpoint(bytes);
  const signed = checkpoint.origin === log.origin && log.verifiers.some((key) => verifyNote(note, [key]).ok);
  const ours = checkpoint.size <= log.size && equalBytes(await log.root(checkpoint.size), checkpoint.root);
  if (!signed || ours)
    return { kind: 'faulty', why: `it says ${refusal.code} and shows a checkpoint that does not` };
  const code = checkpoint.size > log.size ? 'LOG_BEHIND' : 'LOG_FORKED';
  return { kind: 'refuted', refusal: { ...refusal, code, evidence: fromUtf8(bytes) } };
}
