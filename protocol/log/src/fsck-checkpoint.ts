import { limits } from '@isobit/core';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { cosignatureTime } from './cosignature.ts';
import type { Finding } from './fsck-findings.ts';
import { describeKey, type NoteVerifier, verifyNote } from './note.ts';

/** Whom an auditor believes about a log. */
export interface FsckTrust {
  /** Origin that the checkpoint must have; any where absent. */
  readonly origin?: string;
  /** Keys of the log; each must have signed. Without any, the tree is checked and its signer is not. */
  readonly keys: readonly NoteVerifier[];
  /** Witnesses that the auditor knows. */
  readonly witnesses?: readonly NoteVerifier[];
  /** How many of them must have cosigned; 0 by default. */
  readonly minimumWitnesses?: number;
  /** Milliseconds since 1970: cosignatures dated later than `limits.clockSkewMs` after it are findings. */
  readonly now?: number;
}

export interface CheckedCheckpoint {
  /** Undefined where the bytes are no checkpoint. */
  readonly checkpoint: Checkpoint | undefined;
  /** Names of the known witnesses that cosigned it. */
  readonly cosigned: readonly string[];
  readonly findings: readonly Finding[];
}

/** Checks the bytes of a checkpoint against a trust: form, origin, every key of the log, known witnesses. */
export function checkCheckpoint(bytes: Uint8Array, trust: FsckTrust): CheckedCheckpoint {
  const path = 'checkpoint';
  const findings: Finding[] = [];
  let read: ReturnType<typeof readCheckpoint>;
  try {
    read = readCheckpoint(bytes);
  } catch (error) {
    return {
      checkpoint: undefined,
      cosigned: [],
      findings: [{ code: 'CHECKPOINT_MALFORMED', path, message: (error as Error).message }],
    };
  }
  const { checkpoint, note } = read;
  if (trust.origin !== undefined && checkpoint.origin !== trust.origin) {
    findings.push({
      code: 'CHECKPOINT_ORIGIN',
      path,
      message: `the checkpoint is of ${checkpoint.origin.slice(0, 200)}, not of ${trust.origin}`,
    });
  }
  for (const key of trust.keys) {
    const verdict = verifyNote(note, [key]);
    if (verdict.ok) continue;
    findings.push(
      verdict.reason === 'unsigned'
        ? {
            code: 'CHECKPOINT_UNSIGNED',
            path,
            message: `the log's key ${describeKey(key)} did not sign the checkpoint`,
          }
        : {
            code: 'CHECKPOINT_SIGNATURE',
            path,
            message: `the signature by the log's key ${describeKey(key)} does not verify`,
          },
    );
  }
  const cosigned = new Set<string>();
  for (const witness of trust.witnesses ?? []) {
    const verdict = verifyNote(note, [witness]);
    const future =
      verdict.ok && verdict.verified.some(({ signature }) => isFuture(signature.signature, trust.now));
    if (verdict.ok && !future) cosigned.add(witness.name);
    else if (verdict.ok || verdict.reason === 'bad-signature') {
      const why = future ? 'is dated in the future' : 'does not verify';
      findings.push({
        code: 'COSIGNATURE_INVALID',
        path,
        message: `the cosignature of ${describeKey(witness)} ${why}`,
      });
    }
  }
  const minimum = trust.minimumWitnesses ?? 0;
  if (cosigned.size < minimum) {
    findings.push({
      code: 'WITNESSES_MISSING',
      path,
      message: `cosigned by ${cosigned.size} known witnesses, ${minimum} are demanded`,
    });
  }
  return { checkpoint, cosigned: [...cosigned], findings };
}

function isFuture(signature: Uint8Array, now: number | undefined): boolean {
  const time = cosignatureTime(signature);
  return now !== undefined && time !== undefined && time * 1000 > now + limits.clockSkewMs;
}
