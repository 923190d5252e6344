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

/** `hashStruct` of EIP-712: 32 bytes. Fields: bytes32 and address as bytes, uints as integers, strings as text. */
export function hashStruct(type: StructType, value: StructValue): Uint8Array {
  return keccak256(
    concatBytes(
      typeHash(type),
      ...type.fields.map((field) => word(field.type, value[field.name], field.name)),
    ),
  );
}

function word(
  type: string,
  value: Uint8Array | bigint | number | string | undefined,
  name: string,
): Uint8Array {
  const out = new Uint8Array(32);
  if (type === 'string' && typeof value === 'string') return keccak256(utf8(value));
  if (
    value instanceof Uint8Array &&
    value.length === (type === 'bytes32' ? 32 : type === 'address' ? 20 : -1)
  ) {
    out.set(value, 32 - value.length);
    return out;
  }
  if (type.startsWith('uint') && (typeof value === 'bigint' || typeof value === 'number')) {
    const integer = BigInt(value);
    if (integer >= 0n && integer < 1n << BigInt(type.slice(4))) {
      return fromHex(integer.toString(16).padStart(64, '0'));
    }
  }
  throw new RangeError(`field ${name} is no ${type}`);
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
