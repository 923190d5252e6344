import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, isCoded, toHex } from '@isobit/core';
import {
  fast,
  isSignedByWorker,
  outcomes,
  profileDigest,
  type Receipt,
  type ReceiptBody,
  receiptDigest,
  receiptHash,
  receiptKind,
  receiptPublicKey,
  receiptsContradict,
  signReceipt,
  ZERO_HASH,
} from '@isobit/receipt';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { hex32 } from './arbitraries.ts';
import { alone, body, worker } from './vectors/receipt.ts';
import { testKey } from './vectors/vector.ts';

const sign = (changes: Partial<ReceiptBody>, key = worker) => signReceipt({ ...body, ...changes }, key);
const invalid = (changes: object, why: RegExp) =>
  assert.throws(
    () => receiptKind.parse({ ...alone, ...changes }),
    (error) => isCoded(error, 'DOCUMENT_INVALID') && why.test(error.message),
    String(why),
  );
const failed = {
  outcome: 'failed',
  response: ZERO_HASH,
  details: { ...body.details, error: 'ENGINE_FAILED' },
} as const;

test('a receipt reads back as itself, signed by its worker', () => {
  const read = receiptKind.decode(receiptKind.encode(alone));
  assert.deepEqual(read, alone);
  assert.ok(isSignedByWorker(read));
  assert.deepEqual(receiptPublicKey(read), worker.publicKey);
});

/** Every covered value of a receipt by its path, with another value that the schema takes. */
const covered: Record<string, (receipt: Receipt) => object> = {
  network: () => ({ network: '1'.repeat(64) }),
  model: () => ({ model: 'bagaaieraoecxwfuzsw2gjoddmqvjkgqhopdkqq3yzkzjt2fmr3gozl6g5iya' }),
  profile: () => ({ profile: '1'.repeat(64) }),
  request: () => ({ request: '1'.repeat(64) }),
  response: () => ({ response: '1'.repeat(64) }),
  trace: () => ({ trace: '1'.repeat(64) }),
  outcome: () => ({ outcome: 'limit' }),
  time: (r) => ({ time: r.time + 1 }),
  worker: () => ({ worker: testKey('mallory').address }),
  payment: () => ({ payment: '1'.repeat(64) }),
  'details.nonce': (r) => ({ details: { ...r.details, nonce: '1'.repeat(64) } }),
  'details.usage.inputBytes': (r) => ({
    details: { ...r.details, usage: { ...r.details.usage, inputBytes: 1 } },
  }),
  'details.usage.outputBytes': (r) => ({
    details: { ...r.details, usage: { ...r.details.usage, outputBytes: 1 } },
  }),
  'details.engine.name': (r) => ({ details: { ...r.details, engine: { ...r.details.engine, name: 'x' } } }),
  'details.engine.version': (r) => ({
    details: { ...r.details, engine: { ...r.details.engine, version: 'x' } },
  }),
  'details.engine.digest': (r) => ({
    details: { ...r.details, engine: { name: 'onnxruntime-web', version: '1.30.0' } },
  }),
  'details.error': (r) => ({ details: { ...r.details, error: 'OTHER' } }),
};

test('a change of any covered value breaks the signature', () => {
  const paths = (value: object, prefix = ''): string[] =>
    Object.entries(value).flatMap(([name, member]) =>
      typeof member === 'object' ? paths(member as object, `${prefix}${name}.`) : [`${prefix}${name}`],
    );
  const { signature: _, isobit: __, ...rest } = sign(failed);
  assert.deepEqual(Object.keys(covered).sort(), paths(rest).sort(), 'every value is tried');
  for (const [path, change] of Object.entries(covered)) {
    const changed = { ...sign(failed), ...change(sign(failed)) } as Receipt;
    assert.notDeepEqual(receiptHash(changed), receiptHash(sign(failed)), path);
    assert.ok(!isSignedByWorker(changed), path);
  }
});

test('a change of any signature byte breaks it', () =>
  forAll(
    [fc.nat(64), fc.integer({ min: 1, max: 255 })],
    (at, mask) => {
      const bytes = fromHex(alone.signature.value);
      bytes[at] = (bytes[at] as number) ^ mask;
      assert.ok(!isSignedByWorker({ ...alone, signature: { value: toHex(bytes) } }));
    },
    propertyRuns(60),
  ));

test('any changed byte of a receipt file is refused, unsigned or unread', () =>
  forAll(
    [fc.nat(), fc.integer({ min: 1, max: 255 })],
    (at, mask) => {
      const bytes = receiptKind.encode(alone);
      bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ mask;
      let read: Receipt;
      try {
        read = receiptKind.decode(bytes);
      } catch (error) {
        return assert.ok(isCoded(error), String(error));
      }
      assert.ok(!isSignedByWorker(read));
    },
    propertyRuns(200),
  ));

test('nobody signs for another worker', () => {
  assert.ok(!isSignedByWorker(sign({}, testKey('mallory'))));
});

test('the digest covers the signature too', () => {
  assert.notEqual(receiptDigest(alone), receiptDigest({ ...alone, signature: { value: '0'.repeat(130) } }));
});

test('outcome, response and error fit each other', () => {
  for (const outcome of Object.keys(outcomes)) {
    const complete = outcome === 'complete';
    for (const response of [ZERO_HASH, '1'.repeat(64)]) {
      for (const error of [undefined, 'X']) {
        const changes = { outcome, response, details: { ...body.details, error } };
        const fits = complete === (response !== ZERO_HASH) && complete === (error === undefined);
        if (fits) assert.ok(receiptKind.parse({ ...alone, ...changes }));
        else invalid(changes, /response/);
      }
    }
  }
});

test('what is no receipt is refused', () => {
  invalid({ network: undefined }, /network/);
  invalid({ outcome: 'partial' }, /outcome/);
  invalid({ time: 2 ** 53 }, /time/);
  invalid({ worker: worker.address.toUpperCase() }, /worker/);
  invalid({ signature: { value: '00' } }, /signature/);
  for (const batch of [
    { size: 0, index: 0, path: [] },
    { size: 1025, index: 0, path: [] },
    { size: 2, index: -1, path: [] },
    { size: 2, index: 0, path: ['x'] },
  ]) {
    invalid({ signature: { ...alone.signature, batch } }, /signature/);
  }
});

test('two answers to one question under an exact profile contradict each other', () =>
  forAll(
    [hex32, fc.nat()],
    (response, time) => {
      const other = sign({
        response,
        time,
        trace: '1'.repeat(64),
        details: { ...body.details, nonce: '1'.repeat(64) },
      });
      assert.equal(receiptsContradict(alone, other), response !== alone.response);
      assert.equal(receiptsContradict(other, alone), response !== alone.response);
    },
    propertyRuns(10),
  ));

test('nothing else contradicts', () => {
  const response = '1'.repeat(64);
  assert.ok(!receiptsContradict(alone, alone));
  for (const [why, a, b] of [
    ['another network', alone, sign({ response, network: '1'.repeat(64) })],
    ['another request', alone, sign({ response, request: '1'.repeat(64) })],
    [
      'another model',
      alone,
      sign({ response, model: 'bagaaieraoecxwfuzsw2gjoddmqvjkgqhopdkqq3yzkzjt2fmr3gozl6g5iya' }),
    ],
    ['another profile', alone, sign({ response, profile: '1'.repeat(64) })],
    ['another worker', alone, sign({ response, worker: testKey('mallory').address }, testKey('mallory'))],
    ['not complete', alone, sign(failed)],
    ['not signed', alone, { ...sign({ response }), signature: alone.signature }],
    ['not signed', { ...alone, signature: { value: '0'.repeat(130) } }, sign({ response })],
    [
      'no promise of bits',
      sign({ profile: profileDigest(fast) }),
      sign({ profile: profileDigest(fast), response }),
    ],
    [
      'a profile unknown here',
      sign({ profile: '1'.repeat(64) }),
      sign({ profile: '1'.repeat(64), response }),
    ],
  ] as const) {
    assert.ok(!receiptsContradict(a, b), why);
  }
});

test('checking a hostile receipt costs little', () => {
  const path = Array(16).fill('1'.repeat(64)) as string[];
  const hostile = receiptKind.parse({
    ...alone,
    signature: { ...alone.signature, batch: { size: 1024, index: Number.MAX_SAFE_INTEGER, path } },
  });
  const started = performance.now();
  for (let i = 0; i < 20; i++) assert.ok(!isSignedByWorker(hostile));
  assert.ok(performance.now() - started < 1_000);
});
