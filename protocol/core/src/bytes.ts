import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';

export { concatBytes };

const encoder = new TextEncoder();

/** UTF-8 of a text; a lone surrogate becomes U+FFFD. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> =>
  encoder.encode(text) as Uint8Array<ArrayBuffer>;

/** Node's Buffer where the runtime has one: its base64 is ten times faster than `atob`. */
const hostBuffer = (globalThis as { Buffer?: BufferConstructor }).Buffer;

const HEX32 = /^[0-9a-f]{64}$/;

/** Lowercase hex without prefix. */
export const toHex = (bytes: Uint8Array): string => bytesToHex(bytes);

/** Bytes of a lowercase hex string without prefix; anything else throws `RangeError`. */
export function fromHex(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new RangeError('not lowercase hex');
  return hexToBytes(hex);
}

/** True for 64 lowercase hex characters: the one spelling of a 32-byte value in every document. */
export const isHex32 = (value: unknown): value is string => typeof value === 'string' && HEX32.test(value);

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  if (hostBuffer) return hostBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

/** Strict inverse of `toBase64`: white space, missing padding and stray bits throw `SyntaxError`. */
export function fromBase64(text: string): Uint8Array {
  const bytes = hostBuffer ? new Uint8Array(hostBuffer.from(text, 'base64')) : fromAtob(text);
  if (toBase64(bytes) !== text) throw new SyntaxError('not padded standard base64');
  return bytes;
}

function fromAtob(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    throw new SyntaxError('not padded standard base64');
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** 8 bytes, big-endian, of an unsigned 64-bit integer. */
export function u64(value: bigint | number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

/** Text of UTF-8 bytes; invalid sequences throw `TypeError`, a byte-order mark is kept. */
export const fromUtf8 = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
