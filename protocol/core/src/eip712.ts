import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, fromHex, utf8 } from './bytes.ts';

export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes);

/** A flat EIP-712 struct: every field is one 32-byte word, so no recursion is needed. */
export interface StructType {
  readonly name: string;
  readonly fields: readonly {
    readonly name: string;
    readonly type: 'bytes32' | 'address' | 'uint256' | 'uint64' | 'uint32' | 'uint8' | 'string';
  }[];
}

export type StructValue = Readonly<Record<string, Uint8Array | bigint | number | string>>;

/** `Name(type field,...)`, the string whose hash begins every encoding (EIP-712 "Definition of encodeType"). */
export const encodeType = (type: StructType): string =>
  `${type.name}(${type.fields.map((f) => `${f.type} ${f.name}`).join(',')})`;

const typeHashes = new WeakMap<StructType, Uint8Array>();

function typeHash(type: StructType): Uint8Array {
  const known = typeHashes.get(type);
  if (known) return known;
  const hash = keccak256(utf8(encodeType(type)));
  typeHashes.set(type, hash);
  return hash;
}

const WORD = 32;

/** `hashStruct` of EIP-712: 32 bytes. Fields: bytes32 and address as bytes, uints as integers, strings as text. */
export function hashStruct(type: StructType, value: StructValue): Uint8Array {
  const encoded = new Uint8Array((1 + type.fields.length) * WORD);
  encoded.set(typeHash(type));
  type.fields.forEach((field, i) => {
    const word = encoded.subarray((i + 1) * WORD, (i + 2) * WORD);
    if (!writeWord(word, field.type, value[field.name]))
      throw new RangeError(`field ${field.name} is no ${field.type}`);
  });
  return keccak256(encoded);
}

/** @returns false where the value is not of the type */
function writeWord(
  word: Uint8Array,
  type: string,
  value: Uint8Array | bigint | number | string | undefined,
): boolean {
  if (typeof value === 'string') {
    if (type !== 'string') return false;
    word.set(keccak256(utf8(value)));
    return true;
  }
  if (value instanceof Uint8Array) {
    if (value.length !== (type === 'bytes32' ? 32 : type === 'address' ? 20 : -1)) return false;
    word.set(value, WORD - value.length);
    return true;
  }
  if (!type.startsWith('uint') || value === undefined) return false;
  const bits = Number(type.slice(4));
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** bits) return false;
    const view = new DataView(word.buffer, word.byteOffset, WORD);
    view.setUint32(WORD - 8, Math.floor(value / 2 ** 32));
    view.setUint32(WORD - 4, value % 2 ** 32);
    return true;
  }
  if (value < 0n || value >= 1n << BigInt(bits)) return false;
  word.set(fromHex(value.toString(16).padStart(2 * WORD, '0')));
  return true;
}

const DOMAIN: StructType = {
  name: 'EIP712Domain',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
  ],
};

/** The domain of every signature of Isobit; the network is a field of what is signed, not of the domain. */
const isobitDomain = hashStruct(DOMAIN, { name: 'Isobit', version: '1' });

/** The 32 bytes that are signed: `keccak256(0x1901 ‖ domain ‖ hashStruct)`. `domain` is the domain's own `hashStruct`. */
export const typedDataDigest = (structHash: Uint8Array, domain: Uint8Array = isobitDomain): Uint8Array =>
  keccak256(concatBytes(Uint8Array.of(0x19, 0x01), domain, structHash));
