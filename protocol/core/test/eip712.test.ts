import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  encodeType,
  fromHex,
  hashStruct,
  keccak256,
  nodeKey,
  recoverAddress,
  type StructType,
  toHex,
  typedDataDigest,
  utf8,
} from '@isobit/core';
import { need, sharedPath } from '@isobit/testing';

type Field = StructType['fields'][number];
interface TypedData {
  readonly name: string;
  readonly domain: Readonly<Record<string, string | number>>;
  readonly primaryType: string;
  readonly types: Readonly<Record<string, readonly Field[]>>;
  readonly data: Readonly<Record<string, string>>;
  readonly digest: string;
  readonly privateKey?: string;
  readonly signature?: string;
}

const SUPPORTED = new Set(['bytes32', 'address', 'uint256', 'uint64', 'uint32', 'uint8', 'string']);
const DOMAIN: readonly Field[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
];

const unprefixed = (hex: string) => fromHex(hex.slice(2).toLowerCase());

function hashOf(type: StructType, values: Readonly<Record<string, string | number>>): Uint8Array {
  const parsed = type.fields.map((field) => {
    const value = values[field.name] as string | number;
    if (field.type === 'string') return [field.name, value];
    return [field.name, field.type.startsWith('uint') ? BigInt(value) : unprefixed(String(value))];
  });
  return hashStruct(type, Object.fromEntries(parsed) as Record<string, Uint8Array | bigint | string>);
}

const readVectors = () =>
  JSON.parse(
    gunzipSync(readFileSync(sharedPath('vectors/eip712/typed-data.json.gz'))).toString(),
  ) as TypedData[];

test('the shared vectors whose structs are flat: 10 of 130', need('shared'), () => {
  const all = readVectors();
  const flat = all.filter(({ types, primaryType }) =>
    types[primaryType]?.every(({ type }) => SUPPORTED.has(type)),
  );
  for (const { name, domain, primaryType, types, data, digest } of flat) {
    const fields = DOMAIN.filter((field) => domain[field.name] !== undefined);
    const struct = hashOf({ name: primaryType, fields: types[primaryType] as readonly Field[] }, data);
    assert.equal(
      `0x${toHex(typedDataDigest(struct, hashOf({ name: 'EIP712Domain', fields }, domain)))}`,
      digest,
      name,
    );
  }
  assert.deepEqual([all.length, flat.length], [130, 10]);
});

test('the one shared signature, whatever its struct', need('shared'), () => {
  const signed = readVectors().filter(({ privateKey, signature }) => privateKey && signature);
  for (const { name, digest, privateKey = '', signature = '' } of signed) {
    const key = nodeKey(unprefixed(privateKey));
    assert.equal(`0x${toHex(key.sign(unprefixed(digest)))}`, signature, name);
    assert.equal(recoverAddress(unprefixed(digest), unprefixed(signature)), key.address, name);
  }
  assert.equal(signed.length, 1);
});

const type: StructType = {
  name: 'Thing',
  fields: [
    { name: 'hash', type: 'bytes32' },
    { name: 'who', type: 'address' },
    { name: 'big', type: 'uint256' },
    { name: 'small', type: 'uint8' },
    { name: 'text', type: 'string' },
  ],
};
const value = {
  hash: new Uint8Array(32).fill(1),
  who: new Uint8Array(20).fill(2),
  big: 2n ** 255n,
  small: 255,
  text: 'é',
};

test('a struct is the hash of its type and of one word for each field', () => {
  assert.equal(encodeType(type), 'Thing(bytes32 hash,address who,uint256 big,uint8 small,string text)');
  const words = [
    toHex(keccak256(utf8(encodeType(type)))),
    '01'.repeat(32),
    '02'.repeat(20).padStart(64, '0'),
    '8'.padEnd(64, '0'),
    'ff'.padStart(64, '0'),
    toHex(keccak256(utf8('é'))),
  ];
  assert.equal(toHex(hashStruct(type, value)), toHex(keccak256(fromHex(words.join('')))));
});

test('an integer is the same word as a number and as a bigint', () => {
  const one: StructType = { name: 'One', fields: [{ name: 'n', type: 'uint64' }] };
  for (const n of [0, 1, 255, 2 ** 32 - 1, 2 ** 32, 1_700_000_000_000, Number.MAX_SAFE_INTEGER])
    assert.deepEqual(hashStruct(one, { n }), hashStruct(one, { n: BigInt(n) }), String(n));
  for (const n of [-1, 2 ** 53, 0.5, Number.NaN]) assert.throws(() => hashStruct(one, { n }), RangeError);
});

test('a value that does not fit its field is refused, not cut', () => {
  for (const change of [
    { hash: new Uint8Array(31) },
    { who: new Uint8Array(32) },
    { big: 2n ** 256n },
    { big: -1n },
    { small: 256 },
    { small: 1.5 },
    { small: '1' },
    { text: 1 },
    { text: undefined as unknown as string },
  ]) {
    assert.throws(() => hashStruct(type, { ...value, ...change }), RangeError, Object.keys(change)[0]);
  }
});

test('keccak-256 is the original, not SHA3', () => {
  assert.equal(
    toHex(keccak256(new Uint8Array(0))),
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  );
});

test('the domain is part of what is signed', () => {
  const struct = hashStruct(type, value);
  assert.notDeepEqual(typedDataDigest(struct), typedDataDigest(struct, new Uint8Array(32)));
});
