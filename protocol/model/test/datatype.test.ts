import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datatypeSizes, datatypes, isDatatype } from '@isobit/model';

test('each datatype has its width in bytes; strings have none', () => {
  for (const type of datatypes) {
    const bits = Number(/\d+$/.exec(type)?.[0] ?? 8);
    assert.equal(datatypeSizes[type], type === 'BYTES' ? 0 : bits / 8, type);
    assert.ok(isDatatype(type));
  }
  assert.equal(datatypes.length, 13);
});

test('nothing else is a datatype, and no name that every object inherits', () => {
  for (const value of ['fp32', 'BF16', '', 'toString', '__proto__', 'constructor', 0, null, undefined])
    assert.ok(!isDatatype(value));
});
