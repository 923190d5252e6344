import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@isobit/core';

test('every limit is a positive integer', () => {
  for (const [name, value] of Object.entries(limits))
    assert.ok(Number.isSafeInteger(value) && value > 0, name);
});

test('limits that depend on each other fit', () => {
  assert.ok(limits.documentBytes < limits.exchangeBytes && 2 * limits.exchangeBytes < limits.evidenceBytes);
  assert.ok(limits.fragmentBytes < limits.documentBytes);
  assert.ok(Math.log2(limits.batchReceipts) <= 16, 'a batch path of 16 hashes reaches every leaf');
  assert.ok(Math.ceil(limits.fileBytes / limits.blockBytes) === 2 ** 23);
  assert.ok(limits.traceTokens * 3 <= limits.documentValues && limits.tokenList < limits.documentValues);
  assert.ok(limits.traceLeaves * 20 <= limits.documentValues);
});
