import { concatBytes, fromBase64, sha256, toBase64, utf8 } from '@isobit/core';
import { logError } from './errors.ts';

/** Signature type identifier bytes of c2sp signed-note that Isobit reads. */
export const signatureType = {
  /** Ed25519 over the note's text: a log's own signature. */
  ed25519: 0x01,
  /** Timestamped Ed25519 cosignature of a witness. */
  cosignature: 0x04,
  /** Types without an assigned byte: a long identifier follows. */
  extended: 0xff,
} as const;

/** A verifier key: what a reader is configured with (c2sp signed-note, "Verifier keys"). */
export interface Vkey {
  /** Key name: not empty, without Unicode spaces and plus signs. */
  readonly name: string;
  /** Unsigned 32-bit key id. */
  readonly keyId: number;
  /** One byte; see `signatureType`. */
  readonly type: number;
  /** What follows the type byte. */
  readonly publicKey: Uint8Array;
}

/** Longest vkey read: an ML-DSA-44 key in base64 (1,750 characters) and a name of `limits.nameBytes`. */
const MAX_VKEY = 4096;

export const isKeyName = (name: string): boolean =>
  name.length > 0 && name.isWellFormed() && !/[\p{White_Space}+]|[^ -\u{10ffff}]/u.test(name);

/** `SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]`, big-endian: the rule of every type that Isobit reads. */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): number {
  const hash = sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(type), publicKey));
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0);
}

/** @throws CodedError `VKEY_INVALID` for a name that no note can carry */
export function vkeyOf(name: string, type: number, publicKey: Uint8Array): Vkey {
  if (!isKeyName(name))
    throw logError(
      'VKEY_INVALID',
      `"${name.slice(0, 80)}" is no key name: it is empty or holds a space or a plus`,
    );
  return { name, keyId: keyIdOf(name, type, publicKey), type, publicKey };
}

/** `<name>+<8 hex>+<base64(type ‖ key)>`. */
export const formatVkey = (key: Vkey): string =>
  `${key.name}+${formatKeyId(key.keyId)}+${toBase64(concatBytes(Uint8Array.of(key.type), key.publicKey))}`;

/** 8 lowercase hex characters. */
export const formatKeyId = (keyId: number): string => keyId.toString(16).padStart(8, '0');

/**
 * Strict inverse of `formatVkey`. The id of types whose rule this reader does not know is taken as stated.
 *
 * @throws CodedError `VKEY_INVALID`
 */
export function parseVkey(text: string): Vkey {
  const match = text.length <= MAX_VKEY ? /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) : null;
  const [, name = '', id = '', encoded = ''] = match ?? [];
  let material: Uint8Array;
  try {
    material = fromBase64(encoded);
  } catch {
    material = new Uint8Array(0);
  }
  const type = material[0];
  if (!isKeyName(name) || type === undefined || material.length < 2) {
    throw logError('VKEY_INVALID', `"${text.slice(0, 120)}" is no verifier key: expected name+id+base64`);
  }
  const key: Vkey = { name, keyId: Number.parseInt(id, 16), type, publicKey: material.subarray(1) };
  const ruled =
    type === signatureType.ed25519 || type === signatureType.cosignature || type === signatureType.extended;
  if (ruled && keyIdOf(name, type, key.publicKey) !== key.keyId) {
    throw logError(
      'VKEY_INVALID',
      `the id ${id} is not that of the key ${name} with this type and public key`,
    );
  }
  return key;
}
