import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../src/random.ts';

test('random bytes are given out once, as many as asked for', () => {
  const random = createRandom();
  const seen = new Set<string>();
  for (let i = 0; i < 1_000; i++) {
    const bytes = random(32);
    assert.equal(bytes.length, 32);
    assert.equal(bytes.buffer.byteLength, 32, 'with memory of its own');
    seen.add(bytes.join());
  }
  assert.equal(seen.size, 1_000);
  assert.equal(random(10_000).length, 10_000);
  assert.notDeepEqual(random(16), new Uint8Array(16));
});
