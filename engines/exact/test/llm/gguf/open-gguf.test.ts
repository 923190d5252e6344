import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { openGguf, rangesOf, readGguf } from '../../../src/llm/index.ts';
import { buildGguf } from '../build-gguf.ts';
import { unreadable } from '../hostile-gguf.ts';
import { decoderFile } from '../random-model.ts';

const file = decoderFile({ architecture: 'llama', type: 'Q8_0' });

test('tensors are read where they lie, and nothing else is', async () => {
  const asked: [number, number][] = [];
  const ranges = rangesOf(file);
  const model = await openGguf({
    size: ranges.size,
    read(offset, length) {
      asked.push([offset, length]);
      return ranges.read(offset, length);
    },
  });
  const whole = readGguf(file);
  assert.deepEqual([...model.metadata], [...whole.metadata]);
  const headerReads = asked.length;
  for (const name of model.tensors.keys()) {
    const bytes = whole.bytes(name);
    assert.deepEqual(await model.read(name, 8, bytes.length - 8), bytes.subarray(8, -8));
  }
  assert.equal(asked.length, headerReads + model.tensors.size);
});

test('a header of any length is read in growing pieces', () =>
  forAll(
    [fc.nat(3_000_000)],
    async (length) => {
      const text = 'x'.repeat(Math.min(length, 1_000_000));
      const long = buildGguf({ a: text, b: text, c: text }, []);
      const read = await openGguf(rangesOf(long));
      assert.deepEqual([...read.metadata], [...readGguf(long).metadata]);
    },
    10,
  ));

for (const [name, [what, code, bytes]] of Object.entries(unreadable)) {
  test(`refused, ${name}: ${what}`, async () => {
    await assert.rejects(openGguf(rangesOf(bytes)), (error) => isCoded(error, code));
  });
}

test('refused: a header that never ends, before it is read', async () => {
  const head = buildGguf({}, []).slice(0, 24);
  const view = new DataView(head.buffer);
  view.setBigUint64(16, 1_024n, true);
  let most = 0;
  await assert.rejects(
    openGguf({
      size: 2 ** 40,
      async read(offset, length) {
        most = Math.max(most, length);
        const bytes = new Uint8Array(length);
        if (offset === 0) bytes.set(head);
        // Members without end: keys of 200 bytes, each a string of a mebibyte.
        for (let at = 24, i = 0; at + 220 < length; at += 220 + 1_048_576, i++) {
          const member = new DataView(bytes.buffer, at);
          member.setBigUint64(0, 200n, true);
          new TextEncoder().encodeInto(String(i).padStart(200, 'k'), bytes.subarray(at + 8));
          member.setUint32(208, 8, true);
          member.setBigUint64(212, 1_048_576n, true);
        }
        return bytes;
      },
    }),
    (error) => isCoded(error, 'MODEL_TOO_LARGE'),
  );
  assert.ok(most <= 256 * 1024 * 1024);
});
