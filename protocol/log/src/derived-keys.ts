import { derivedSeed, type NodeKey, type NoteKey, noteKey } from '@isobit/core';
import { createCosigner } from './cosignature.ts';
import { type LogKeyDocument, signLogKey } from './log-key.ts';
import { ed25519Signer } from './note.ts';
import { logOrigin, witnessName } from './origin.ts';

/** The Ed25519 keys of a node's log and of its witness, and the document by which the node key names them. */
export interface DerivedKeys {
  readonly log: NoteKey;
  readonly witness: NoteKey;
  readonly binding: LogKeyDocument;
}

/** Derives both keys from the node key, so that it is all there is to back up (specs/log.md section 5). */
export function deriveLogKeys(node: NodeKey): DerivedKeys {
  const log = noteKey(derivedSeed(node, 'log'));
  const witness = noteKey(derivedSeed(node, 'witness'));
  const binding = signLogKey(node, {
    log: ed25519Signer(logOrigin(node.address), log).vkey,
    witness: createCosigner(witnessName(node.address), witness).vkey,
  });
  return { log, witness, binding };
}
