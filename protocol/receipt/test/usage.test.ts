import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalNaN, createRequest, createResponse, onnxExact, usageOf } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { anyTensor } from './arbitraries.ts';
import { salt, smallRequest, smallResponse } from './vectors/exchange.ts';

const tensors = fc.uniqueArray(anyTensor.map(canonicalNaN), {
  minLength: 1,
  maxLength: 4,
  selector: (tensor) => tensor.name,
});
const total = (list: readonly { data: Uint8Array }[]) => list.reduce((sum, { data }) => sum + data.length, 0);

test('usage is the bytes of all tensors', () =>
  forAll([tensors, tensors], (inputs, outputs) => {
    const request = createRequest({ model: smallRequest.model, profile: onnxExact.name, salt, inputs });
    assert.deepEqual(usageOf(request, createResponse(outputs)), {
      inputBytes: total(inputs),
      outputBytes: total(outputs),
    });
  }));

test('without a response nothing went out', () => {
  assert.deepEqual(usageOf(smallRequest), { inputBytes: 8, outputBytes: 0 });
  assert.notDeepEqual(usageOf(smallRequest, smallResponse), usageOf(smallRequest));
});
