import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, isCoded, limits, toHex } from '@isobit/core';
import {
  canonicalNaN,
  createRequest,
  requestDigest,
  requestKind,
  requestTensors,
  saltOf,
} from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { anyTensor } from './arbitraries.ts';
import { smallRequest } from './vectors/exchange.ts';

const refused = (changes: object, why: RegExp) =>
  assert.throws(
    () => requestKind.parse({ ...smallRequest, ...changes }),
    (error) => isCoded(error, 'DOCUMENT_INVALID') && why.test(error.message),
    String(why),
  );
const { model, profile } = smallRequest;
const asked = { model, profile, salt: saltOf(smallRequest) };
const [input] = smallRequest.inputs;
const once = fc.uniqueArray(anyTensor.map(canonicalNaN), { maxLength: 4, selector: (tensor) => tensor.name });

test('tensors read back from a request and its bytes', () =>
  forAll([once], (inputs) => {
    const request = createRequest({ ...asked, inputs });
    const read = requestKind.decode(requestKind.encode(request));
    assert.deepEqual(read, request);
    assert.deepEqual(requestTensors(read), inputs);
  }));

test('any changed byte is refused or gives another digest', () =>
  forAll(
    [fc.nat(), fc.integer({ min: 1, max: 255 })],
    (at, mask) => {
      const bytes = requestKind.encode(smallRequest);
      bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ mask;
      try {
        assert.notEqual(requestDigest(requestKind.decode(bytes)), requestDigest(smallRequest));
      } catch (error) {
        assert.ok(isCoded(error), String(error));
      }
    },
    300,
  ));

test('the salt hides the content: equal questions have different digests', () => {
  const salt = 'ab'.repeat(32);
  assert.notEqual(requestDigest({ ...smallRequest, salt }), requestDigest(smallRequest));
  assert.equal(
    toHex(requestKind.digest(smallRequest, fromHex(smallRequest.salt))),
    requestDigest(smallRequest),
  );
});

test('what is no request is refused', () => {
  refused({ kind: 'chat' }, /kind/);
  refused({ model: 'digits' }, /model/);
  refused({ salt: '00' }, /salt/);
  refused({ inputs: [input, input] }, /each name once/);
  refused({ inputs: Array(limits.tensors + 1).fill(input) }, /inputs/);
  refused({ inputs: [{ ...input, datatype: 'BF16' }] }, /datatype/);
  refused({ inputs: [{ ...input, shape: Array(9).fill(1) }] }, /shape/);
  refused({ outputs: [] }, /outputs/);
  refused({ outputs: ['y', 'y'] }, /each name once/);
  refused({ outputs: undefined, temperature: 0 }, /temperature/);
});

test('a tensor that does not fit is refused when the request is made and when it is opened', () => {
  const data = new Uint8Array(3);
  const bad = { name: 'x', datatype: 'FP32', shape: [1], data } as const;
  const code = (error: unknown) => isCoded(error, 'TENSOR_INVALID');
  assert.throws(() => createRequest({ ...asked, inputs: [bad] }), code);
  assert.throws(
    () => requestTensors(requestKind.parse({ ...smallRequest, inputs: [{ ...input, data: 'AAAA' }] })),
    code,
  );
});
