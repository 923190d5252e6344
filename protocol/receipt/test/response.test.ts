import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, isCoded } from '@isobit/core';
import { canonicalNaN, createResponse, responseDigest, responseKind, responseTensors } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { anyTensor } from './arbitraries.ts';
import { salt, smallResponse } from './vectors/exchange.ts';

const outputs = fc.uniqueArray(anyTensor, { minLength: 1, maxLength: 4, selector: (tensor) => tensor.name });

test('whatever NaN an engine gives, the response is the same', () =>
  forAll([outputs], (tensors) => {
    const response = createResponse(tensors);
    assert.deepEqual(createResponse(tensors.map(canonicalNaN)), response);
    assert.deepEqual(
      responseTensors(responseKind.decode(responseKind.encode(response))),
      tensors.map(canonicalNaN),
    );
  }));

test('minus zero stays minus zero', () => {
  const [zero, minus] = ['00000000', '00000080'].map((hex) =>
    createResponse([{ name: 'y', datatype: 'FP32', shape: [], data: fromHex(hex) }]),
  );
  assert.notDeepEqual(zero, minus);
});

test('the digest is salted with the request', () => {
  assert.notEqual(responseDigest(smallResponse, salt), responseDigest(smallResponse, new Uint8Array(32)));
});

test('a response without outputs, with one twice or with more members is refused', () => {
  const tensor = { name: 'y', datatype: 'UINT8', shape: [0], data: new Uint8Array(0) } as const;
  const code = (error: unknown) => isCoded(error, 'DOCUMENT_INVALID');
  assert.throws(() => createResponse([]), code);
  assert.throws(() => createResponse([tensor, tensor]), code);
  assert.throws(() => createResponse([{ ...tensor, name: '' }]), code);
  assert.throws(() => responseKind.parse({ ...smallResponse, id: 'x' }), code);
});

test('a NaN of another spelling is refused when it is read', () => {
  const foreign = {
    ...smallResponse,
    outputs: [{ name: 'y', datatype: 'FP32', shape: [], data: '/////w==' }],
  };
  assert.throws(
    () => responseTensors(responseKind.parse(foreign)),
    (error) => isCoded(error, 'TENSOR_INVALID'),
  );
});
