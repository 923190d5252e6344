import { cosignatureVerifier } from './cosignature.ts';
import { logError } from './errors.ts';
import { ed25519Verifier, type NoteVerifier } from './note.ts';
import { typedVerifier } from './typed-signature.ts';
import { parseVkey, signatureType, type Vkey } from './vkey.ts';

/**
 * The verifier of a vkey, by its type.
 *
 * @param key a vkey or its text
 * @throws CodedError `VKEY_INVALID`; `VKEY_UNKNOWN_TYPE` for types other than 0x01, 0x04 and Isobit's 0xff
 */
export function verifierOf(key: Vkey | string): NoteVerifier {
  const vkey = typeof key === 'string' ? parseVkey(key) : key;
  if (vkey.type === signatureType.extended) return typedVerifier(vkey);
  const create =
    vkey.type === signatureType.ed25519
      ? ed25519Verifier
      : vkey.type === signatureType.cosignature
        ? cosignatureVerifier
        : undefined;
  if (!create)
    throw logError(
      'VKEY_UNKNOWN_TYPE',
      `the key ${vkey.name} has signature type ${vkey.type}, which this reader does not know`,
    );
  if (vkey.publicKey.length !== 32)
    throw logError(
      'VKEY_INVALID',
      `the Ed25519 key of ${vkey.name} has ${vkey.publicKey.length} bytes instead of 32`,
    );
  return create(vkey);
}
