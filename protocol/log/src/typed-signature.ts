import {
  addressBytes,
  concatBytes,
  hashStruct,
  type NodeKey,
  recoverAddress,
  type StructType,
  toHex,
  typedDataDigest,
  utf8,
} from '@isobit/core';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { logError } from './errors.ts';
import type { NoteSigner, NoteVerifier } from './note.ts';
import { signatureType, type Vkey, vkeyOf } from './vkey.ts';

/** The long identifier that follows the type byte 0xff (specs/log.md section 4). */
export const TYPED_SIGNATURE = 'isobit/checkpoint-eip712/1';

const CHECKPOINT: StructType = {
  name: 'Checkpoint',
  fields: [
    { name: 'origin', type: 'string' },
    { name: 'size', type: 'uint64' },
    { name: 'root', type: 'bytes32' },
  ],
};

/** The 32 bytes that a contract computes and recovers the node's address from. Extension lines are not covered. */
export const checkpointTypedDigest = ({ origin, size, root }: Checkpoint): Uint8Array =>
  typedDataDigest(hashStruct(CHECKPOINT, { origin, size, root }));

const identifier = utf8(TYPED_SIGNATURE);

/** Key of the EIP-712 line: its public key is the identifier followed by the 20 bytes of the address. */
export const typedVkey = (origin: string, address: string): Vkey =>
  vkeyOf(origin, signatureType.extended, concatBytes(identifier, addressBytes(address)));

/** The address in a vkey of this type, or undefined for other identifiers after 0xff. */
export function typedAddress(vkey: Vkey): string | undefined {
  const { type, publicKey } = vkey;
  if (type !== signatureType.extended || publicKey.length !== identifier.length + 20) return undefined;
  if (!identifier.every((byte, i) => publicKey[i] === byte)) return undefined;
  return `0x${toHex(publicKey.subarray(identifier.length))}`;
}

/** Signs checkpoints as EIP-712 typed data with the node key: 65 bytes `r ‖ s ‖ v`. */
export const typedSigner = (origin: string, key: NodeKey): NoteSigner => ({
  vkey: typedVkey(origin, key.address),
  sign: (text) => key.sign(checkpointTypedDigest(parseCheckpoint(text))),
});

/** @throws CodedError `VKEY_UNKNOWN_TYPE` for another identifier after 0xff */
export function typedVerifier(vkey: Vkey): NoteVerifier {
  const address = typedAddress(vkey);
  if (!address)
    throw logError(
      'VKEY_UNKNOWN_TYPE',
      `the key ${vkey.name} has an extended type other than ${TYPED_SIGNATURE}`,
    );
  return {
    name: vkey.name,
    keyId: vkey.keyId,
    type: vkey.type,
    verify(text, signature) {
      try {
        return recoverAddress(checkpointTypedDigest(parseCheckpoint(text)), signature) === address;
      } catch {
        return false;
      }
    },
  };
}
