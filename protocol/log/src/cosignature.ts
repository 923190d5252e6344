import { concatBytes, type NoteKey, u64, utf8, verifyEd25519 } from '@isobit/core';
import { logError } from './errors.ts';
import { type Note, type NoteSignature, type NoteVerifier, verifyNote } from './note.ts';
import { signatureType, type Vkey, vkeyOf } from './vkey.ts';

/** A witness: signs that it saw a checkpoint consistent with all it saw before (c2sp tlog-cosignature, Ed25519). */
export interface Cosigner {
  readonly vkey: Vkey;
  /**
   * @param text the checkpoint's note text
   * @param time whole seconds since 1970-01-01 UTC
   */
  cosign(text: string, time: number): NoteSignature;
}

const message = (text: string, time: number): Uint8Array => utf8(`cosignature/v1\ntime ${time}\n${text}`);

/** @param name the witness's name; see `witnessName` */
export function createCosigner(name: string, key: NoteKey): Cosigner {
  const vkey = vkeyOf(name, signatureType.cosignature, key.publicKey);
  return {
    vkey,
    cosign(text, time) {
      if (!Number.isSafeInteger(time) || time <= 0)
        throw logError('NOTE_INVALID', `time ${time} is no whole second after 1970`);
      return { name, keyId: vkey.keyId, signature: concatBytes(u64(time), key.sign(message(text, time))) };
    },
  };
}

/** The seconds in a signature of type 0x04, or undefined where it has another length or no representable time. */
export function cosignatureTime(signature: Uint8Array): number | undefined {
  if (signature.length !== 72) return undefined;
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  return time > 0n && time <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(time) : undefined;
}

/** A verifier of type 0x04. */
export const cosignatureVerifier = (vkey: Vkey): NoteVerifier => ({
  name: vkey.name,
  keyId: vkey.keyId,
  type: vkey.type,
  verify(text, signature) {
    const time = cosignatureTime(signature);
    return time !== undefined && verifyEd25519(vkey.publicKey, message(text, time), signature.subarray(8));
  },
});

/**
 * The witnesses among `witnesses` that cosigned a note, each once with its newest time. A bad line of a known
 * witness rejects all (as `verifyNote`), given as undefined.
 */
export function cosignaturesOf(
  note: Note,
  witnesses: readonly NoteVerifier[],
): { name: string; time: number }[] | undefined {
  const verdict = verifyNote(note, witnesses);
  if (!verdict.ok) return verdict.reason === 'unsigned' ? [] : undefined;
  return verdict.verified.map(({ verifier, signature: { signature } }) => ({
    name: verifier.name,
    time: cosignatureTime(signature) ?? 0,
  }));
}
