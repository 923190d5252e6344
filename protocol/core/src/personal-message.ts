import { concatBytes, fromHex, toHex, utf8 } from './bytes.ts';
import { keccak256 } from './eip712.ts';
import { type NodeKey, recoverAddress } from './keys.ts';
import { isSignatureHex } from './statement.ts';

/**
 * The 32 bytes that `personal_sign` signs of a text (EIP-191 version 0x45). They are the hash of bytes that begin with
 * 19 45; all else that a key signs is the hash of bytes that begin with 19 01, so neither passes for the other.
 */
export function personalDigest(text: string): Uint8Array {
  const bytes = utf8(text);
  return keccak256(concatBytes(utf8(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes));
}

/** Signature over a text as wallets and their libraries spell it: `0x` and 130 hex characters. */
export const signPersonal = (key: Pick<NodeKey, 'sign'>, text: string): string =>
  `0x${toHex(key.sign(personalDigest(text)))}`;

/** Address that signed a text, or undefined where the signature is malformed. */
export function recoverPersonal(text: string, signature: string): string | undefined {
  const hex = signature.slice(2);
  if (!signature.startsWith('0x') || !isSignatureHex(hex)) return undefined;
  return recoverAddress(personalDigest(text), fromHex(hex));
}

/** An address with the capitals of ERC-55, as wallets' libraries give it. @param address `0x` and 40 lowercase hex characters */
export function checksumAddress(address: string): string {
  const digits = address.slice(2);
  const hash = toHex(keccak256(utf8(digits)));
  const spelled = [...digits].map((digit, at) =>
    Number(`0x${hash[at]}`) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${spelled.join('')}`;
}
