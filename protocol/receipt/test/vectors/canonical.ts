import { cidOfDigest, fromHex, toHex } from '@isobit/core';
import { bytes32, hex32, type Term, testKey, type Vector } from './vector.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const decode = (description: string, text: string): Vector => ({ description, kind: 'decode', text });
const json = (description: string, text: string): Vector => ({ description, kind: 'json', text });
const refused = (vector: Vector, error = 'CANONICAL_INVALID'): Vector => ({ ...vector, error });
const refusedBytes = (description: string, hex: string): Vector =>
  refused({ description, kind: 'decode', hex });
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const key = testKey('alice');
const digest = bytes32('a digest');
const signature = key.sign(digest);
const parts = (r: Uint8Array, s: Uint8Array, v: number) => toHex(r) + toHex(s) + v.toString(16);
const [r, s, v] = [signature.slice(0, 32), signature.slice(32, 64), signature[64] as number];
const highS = fromHex((ORDER - BigInt(`0x${toHex(s)}`)).toString(16).padStart(64, '0'));
const recover = (description: string, value: string): Vector => ({
  description,
  kind: 'recover',
  digest: toHex(digest),
  signature: value,
});
const unsigned = (description: string, value: string) => refused(recover(description, value), 'none');

const id = cidOfDigest(digest);
const noId = (description: string, text: string) =>
  refused({ description, kind: 'parse-cid', text }, 'CID_INVALID');

export const canonical: Term = {
  valid: {
    'empty-object': decode('the empty object', '{}'),
    scalars: decode('each kind of value', '[null,true,false,0,-1,"",[],{}]'),
    integers: decode('the largest integers', '[9007199254740991,-9007199254740991]'),
    'member-order': decode(
      'members sort by UTF-16 code unit: U+1F600 (d83d de00) comes before U+FB33',
      '{"":0,"1":1,"10":2,"2":3,"A":4,"a":5,"\u00e9":6,"\u20ac":7,"\u{1f600}":8,"\ufb33":9}',
    ),
    escapes: decode('the only escapes', '"\\b\\t\\n\\f\\r\\"\\\\\\u0000\\u001f/\u007f\u2028"'),
    unicode: decode('two spellings of one word stay two values', '["\u00e9","e\u0301"]'),
    'proto-member': decode('__proto__ is a member like any other', '{"__proto__":{"a":1},"constructor":2}'),
    'depth-32': decode('32 lists inside each other', nested(32)),
    'spelled-freely': json(
      'a lenient reader takes any spelling',
      ' {"b" : [ 1.0, 1e2, "\\u0041\\/" ],\n "a":-0.2e1}\n',
    ),
    'spelled-canonically': json('and the canonical one', '{"a":1}'),
    'same-name-elsewhere': json('one name in two objects is no member twice', '[{"a":1},{"a":{"a":":"}}]'),
    'digest-public': {
      description: 'no salt',
      kind: 'digest',
      tag: 'isobit/receipt/1',
      salt: '',
      text: '{}',
    },
    'digest-salted': {
      description: 'with salt',
      kind: 'digest',
      tag: 'isobit/request/1',
      salt: hex32('salt'),
      text: '{}',
    },
    id: { description: 'the id of some bytes', kind: 'cid', text: '{}' },
    'parse-id': { description: 'the hash inside an id', kind: 'parse-cid', text: id },
    key: { description: 'public key and address of a secret', kind: 'key', secret: toHex(key.secret) },
    'key-one': { description: 'the smallest secret', kind: 'key', secret: '1'.padStart(64, '0') },
    statement: {
      description: 'a signed statement, step by step',
      kind: 'statement',
      secret: toHex(key.secret),
      document: 'manifest/1',
      digest: toHex(digest),
    },
    recover: recover('the key that signed', toHex(signature)),
  },
  invalid: {
    'not-json': refused(decode('no JSON', '{a:1}')),
    empty: refused(decode('no bytes', '')),
    'two-values': refused(decode('a second value', '{}{}')),
    'white-space': refused(decode('white space', '{"a": 1}')),
    'members-unsorted': refused(decode('members in another order', '{"b":1,"a":2}')),
    'members-by-code-point': refused(decode('members sorted by code point', '{"\ufb33":1,"\u{1f600}":2}')),
    'member-twice': refused(decode('a member twice', '{"a":1,"a":1}')),
    'proto-twice': refused(decode('__proto__ twice', '{"__proto__":1,"__proto__":1}')),
    float: refused(decode('a fraction', '[0.5]')),
    'float-of-integer': refused(decode('an integer with a fraction of zero', '[1.0]')),
    exponent: refused(decode('an exponent', '[1e2]')),
    'leading-zero': refused(decode('a leading zero', '[01]')),
    'plus-sign': refused(decode('a plus sign', '[+1]')),
    'minus-zero': refused(decode('-0', '[-0]')),
    'too-large': refused(decode('2^53', '[9007199254740992]')),
    'too-small': refused(decode('-2^53', '[-9007199254740992]')),
    infinity: refused(decode('a number beyond every double', '[1e999]')),
    nan: refused(decode('NaN', '[NaN]')),
    'escape-needless': refused(decode('an escaped letter', '"\\u0041"')),
    'escape-slash': refused(decode('an escaped slash', '"\\/"')),
    'escape-uppercase': refused(decode('an escape in capitals', '"\\u001F"')),
    'escape-long': refused(decode('a long escape where a short one exists', '"\\u000a"')),
    'control-character': refused(decode('a raw control character', '"\u0001"')),
    'lone-surrogate': refused(decode('a lone surrogate', '"\\ud800"')),
    'lone-surrogate-name': refused(decode('a lone surrogate in a member name', '{"\\udc00":1}')),
    'surrogate-escapes': refused(decode('a character spelled by two escapes', '"\\ud83d\\ude00"')),
    'trailing-comma': refused(decode('a trailing comma', '[1,]')),
    comment: refused(decode('a comment', '[1/**/]')),
    'depth-33': refused(decode('33 lists inside each other', nested(33))),
    'depth-endless': refused(decode('brackets without end', '['.repeat(10_000))),
    'byte-order-mark': refusedBytes('a byte-order mark', 'efbbbf7b7d'),
    'not-utf8': refusedBytes('a byte that no UTF-8 has', '22ff22'),
    'overlong-utf8': refusedBytes('an overlong encoding of /', '22c0af22'),
    'surrogate-utf8': refusedBytes('a surrogate encoded as UTF-8', '22eda08022'),
    'truncated-utf8': refusedBytes('a character cut off', '22e282'),
    'json-member-twice': refused(json('a member twice, for the lenient reader', '{"a":1, "a":2}')),
    'json-member-twice-escaped': refused(json('a member twice in two spellings', '{"a":1,"\\u0061":2}')),
    'json-fraction': refused(json('a fraction, for the lenient reader', '[0.5]')),
    'json-minus-zero': refused(json('-0, for the lenient reader', '[-0.0]')),
    'json-infinity': refused(json('1e999, for the lenient reader', '[1e999]')),
    'json-too-large': refused(json('2^53 + 1, which rounds to 2^53', '[9007199254740993]')),
    'json-lone-surrogate': refused(json('a lone surrogate, for the lenient reader', '["\\ud800"]')),
    'json-depth-33': refused(json('33 objects inside each other', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)),
    'id-uppercase': noId('capitals', id.toUpperCase()),
    'id-cut': noId('one character short', id.slice(0, -1)),
    'id-spare-bits': noId('spare bits that are not zero', `${id.slice(0, -1)}7`),
    'id-base58': noId('multibase base58', 'z4EBG9j2xCGWSpWZCW8aHsjiLJFSAj7idefLJY4gQ2mRXkX1n4K'),
    'id-version-0': noId('CID version 0', 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'),
    'id-raw-codec': noId('multicodec raw', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'),
    'id-prefix': noId('a scheme before it', `ipfs://${id}`),
    'signature-high-s': unsigned('the other s with the other v', parts(r, highS, v === 27 ? 28 : 27)),
    'signature-v-0': unsigned('v 0', `${toHex(r)}${toHex(s)}00`),
    'signature-v-29': unsigned('v 29', parts(r, s, 29)),
    'signature-r-zero': unsigned('r 0', parts(new Uint8Array(32), s, v)),
    'signature-s-zero': unsigned('s 0', parts(r, new Uint8Array(32), v)),
    'signature-r-order': unsigned('r is the order', `${ORDER.toString(16)}${toHex(s)}1b`),
    'signature-no-point': unsigned('r is the x of no point', parts(fromHex('5'.padStart(64, '0')), s, 27)),
    'signature-short': unsigned('64 bytes', toHex(signature.slice(0, 64))),
    'signature-long': unsigned('66 bytes', `${toHex(signature)}00`),
    'key-zero': refused({ description: 'secret 0', kind: 'key', secret: '0'.repeat(64) }, 'KEY_INVALID'),
    'key-order': refused(
      { description: 'the order as secret', kind: 'key', secret: ORDER.toString(16) },
      'KEY_INVALID',
    ),
  },
};
