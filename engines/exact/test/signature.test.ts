import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameSignatures } from '../src/index.ts';

const x = { name: 'x', datatype: 'FP32' as const, shape: [-1, 3] };

test('signatures are the same when every member is', () => {
  assert.ok(sameSignatures([x], [{ ...x, shape: [-1, 3] }]));
  for (const other of [
    { ...x, name: 'z' },
    { ...x, datatype: 'FP64' as const },
    { ...x, shape: [1, 3] },
    { ...x, shape: [-1] },
  ]) {
    assert.ok(!sameSignatures([x], [other]));
  }
  assert.ok(!sameSignatures([x], []));
  assert.ok(!sameSignatures([x], [x, x]));
});
