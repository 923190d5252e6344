import {
  cidOfDigest,
  decodeCanonical,
  decodeJson,
  digestOfCid,
  encodeCanonical,
  equalBytes,
  fromBase64,
  fromHex,
  limits,
  nodeKey,
  printable,
  recoverAddress,
  recoverPersonal,
  recoverStatement,
  signPersonal,
  signStatement,
  toBase64,
  utf8,
} from '@isobit/core';

const latin = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, 4_096));
const key = nodeKey(new Uint8Array(32).fill(3));
const digest = new Uint8Array(32).fill(4);

/** Runs a reader that may refuse by throwing the built-in errors that its docstring names. */
function orRefused<T>(read: () => T, ...errors: (abstract new (...args: never[]) => Error)[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errors.some((type) => error instanceof type)) return undefined;
    throw error;
  }
}

function mustHold(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Every decoder of this package that reads a stranger's bytes: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  canonical: {
    run(bytes) {
      const value = decodeCanonical(bytes, limits.exchangeBytes);
      mustHold(
        equalBytes(encodeCanonical(value), bytes),
        'a canonical document was read that writes other bytes',
      );
    },
    seeds: () =>
      ['{"a":[1,-2,null,true,"\\u0000é😀"],"b":{"__proto__":{}}}', '[[[[]]]]', '"x"', '0'].map(utf8),
  },
  json: {
    run(bytes) {
      const value = decodeJson(bytes, limits.exchangeBytes);
      mustHold(
        encodeCanonical(decodeCanonical(encodeCanonical(value), limits.exchangeBytes)).length > 0,
        'unreadable',
      );
    },
    seeds: () => [' { "b" : 1.0e2 , "a" : [ ] }\n', '{"a":1,"\\u0061":2}', '[0.1e1,-0.0]'].map(utf8),
  },
  cid: {
    run(bytes) {
      mustHold(
        cidOfDigest(digestOfCid(latin(bytes))) === latin(bytes),
        'an id was read that is spelled otherwise',
      );
    },
    seeds: () => [
      utf8(cidOfDigest(digest)),
      utf8('z2DrjgbFdvJ1'),
      utf8('QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'),
    ],
  },
  'personal-signature': {
    run(bytes) {
      const address = recoverPersonal('m:a:b', latin(bytes));
      mustHold(
        address !== key.address || latin(bytes) === signPersonal(key, 'm:a:b'),
        'a second signature of a text was taken',
      );
    },
    seeds: () => [signPersonal(key, 'm:a:b'), `0x${'00'.repeat(65)}`, '0x'].map(utf8),
  },
  signature: {
    run(bytes) {
      const address = recoverAddress(digest, bytes);
      mustHold(
        address !== key.address || equalBytes(bytes, key.sign(digest)),
        'a second signature of a key was taken',
      );
    },
    seeds: () => [key.sign(digest), new Uint8Array(65)],
  },
  statement: {
    run: (bytes) => recoverStatement('thing/1', digest, latin(bytes)),
    seeds: () => [utf8(signStatement(key, 'thing/1', digest)), utf8('0'.repeat(130))],
  },
  base64: {
    run(bytes) {
      const value = orRefused(() => fromBase64(latin(bytes)), SyntaxError);
      mustHold(!value || toBase64(value) === latin(bytes), 'base64 was read that is spelled otherwise');
    },
    seeds: () => ['', 'AA==', 'AAA=', '+/+/'].map(utf8),
  },
  hex: {
    run: (bytes) => orRefused(() => fromHex(latin(bytes)), RangeError),
    seeds: () => ['', '00ff', '0'.repeat(64)].map(utf8),
  },
  printable: {
    run: (bytes) => mustHold(!/[\p{Cc}\p{Cf}]/u.test(printable(latin(bytes))), 'a control character is left'),
    seeds: () => ['\u001b[2J', 'plain'].map(utf8),
  },
};
