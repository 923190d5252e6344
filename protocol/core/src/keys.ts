import { ed25519 } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, fromHex, toHex, utf8 } from './bytes.ts';
import { sha256 } from './digest.ts';
import { keccak256 } from './eip712.ts';
import { CodedError, type CoreErrorCode } from './errors.ts';

const invalid = (what: string): CodedError => new CodedError<CoreErrorCode>('KEY_INVALID', what);

/** A node's signing key: secp256k1, so that contracts can check what it signs. Never leaves the process that made it. */
export interface NodeKey {
  /** 33 bytes, compressed; the libp2p peer id is made from it. */
  readonly publicKey: Uint8Array;
  /** `0x` and 40 lowercase hex characters: the EVM address of the key. */
  readonly address: string;
  /** 32 secret bytes. */
  readonly secret: Uint8Array;
  /** Deterministic (RFC 6979), low-s, 65 bytes `r ‖ s ‖ v` with v 27 or 28, over a 32-byte digest. */
  sign(digest: Uint8Array): Uint8Array;
}

/** @throws CodedError `KEY_INVALID` unless `secret` is a valid 32-byte scalar */
export function nodeKey(secret: Uint8Array = secp256k1.utils.randomSecretKey()): NodeKey {
  if (!secp256k1.utils.isValidSecretKey(secret))
    throw invalid('a node key is 32 bytes below the order of secp256k1');
  const publicKey = secp256k1.getPublicKey(secret, true);
  return {
    publicKey,
    address: addressOf(publicKey),
    secret,
    sign(digest) {
      const recovered = secp256k1.sign(digest, secret, { prehash: false, format: 'recovered' });
      return concatBytes(recovered.subarray(1), Uint8Array.of(27 + (recovered[0] as number)));
    },
  };
}

/** EVM address of a secp256k1 public key (compressed or not): the last 20 bytes of keccak over its coordinates. */
export function addressOf(publicKey: Uint8Array): string {
  try {
    const point = secp256k1.Point.fromBytes(publicKey).toBytes(false);
    return `0x${toHex(keccak256(point.subarray(1)).subarray(12))}`;
  } catch {
    throw invalid('not a secp256k1 public key');
  }
}

/** True for `0x` and 40 lowercase hex characters. */
export const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && /^0x[0-9a-f]{40}$/.test(value);

/** The 20 bytes of an address. */
export const addressBytes = (address: string): Uint8Array => fromHex(address.slice(2));

/**
 * Compressed public key that made a signature of `NodeKey.sign`, or undefined for one that is malformed, has a
 * high s (so that no second valid spelling exists) or recovers to nothing.
 */
export function recoverPublicKey(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const v = signature[64];
  if (signature.length !== 65 || (v !== 27 && v !== 28)) return undefined;
  try {
    const parsed = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact');
    if (parsed.hasHighS()) return undefined;
    return parsed
      .addRecoveryBit(v - 27)
      .recoverPublicKey(digest)
      .toBytes(true);
  } catch {
    return undefined;
  }
}

/** Address that made a signature, or undefined as for `recoverPublicKey`. */
export function recoverAddress(digest: Uint8Array, signature: Uint8Array): string | undefined {
  const publicKey = recoverPublicKey(digest, signature);
  return publicKey && addressOf(publicKey);
}

/** An Ed25519 key of a log or a witness, in the form C2SP tools read. */
export interface NoteKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes over the message itself (RFC 8032). */
  sign(message: Uint8Array): Uint8Array;
}

/** @param secret 32-byte seed */
export function noteKey(secret: Uint8Array): NoteKey {
  if (secret.length !== 32) throw invalid('an Ed25519 seed is 32 bytes');
  return {
    publicKey: ed25519.getPublicKey(secret),
    sign: nativeEd25519(secret) ?? ((message) => ed25519.sign(message, secret)),
  };
}

type Crypto = typeof import('node:crypto');

/** PKCS #8 up to the seed (RFC 8410 section 7). */
const PKCS8 = fromHex('302e020100300506032b657004220420');

/** Node's own signing where the runtime has one: the same bytes (RFC 8032 is deterministic), twenty times faster. */
function nativeEd25519(secret: Uint8Array): NoteKey['sign'] | undefined {
  const crypto = (
    globalThis as { process?: { getBuiltinModule?(id: string): Crypto } }
  ).process?.getBuiltinModule?.('node:crypto');
  if (!crypto) return undefined;
  const key = crypto.createPrivateKey({
    key: concatBytes(PKCS8, secret) as Buffer,
    format: 'der',
    type: 'pkcs8',
  });
  return (message) => new Uint8Array(crypto.sign(null, message, key));
}

/** Strict verification (RFC 8032, no small-order or non-canonical points). */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * Seed of a key that belongs to a node key, so that one file is all an operator must back up.
 *
 * @param purpose `log` or `witness`
 */
export const derivedSeed = (node: NodeKey, purpose: 'log' | 'witness'): Uint8Array =>
  sha256(concatBytes(utf8(`isobit/derived-key/1/${purpose}`), Uint8Array.of(0), node.secret));
