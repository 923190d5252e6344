import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PartialBlob } from '../../src/blobs/blob-store.ts';
import { BlockClaims } from '../../src/blobs/pull/block-claims.ts';
import { BlockMemory } from '../../src/blobs/pull/block-memory.ts';
import { BlockSink } from '../../src/blobs/pull/block-sink.ts';
import type { Source } from '../../src/blobs/pull/source.ts';

const BLOCKS = 64;

/** Sinks of one transfer into a store that keeps a block only when it is told to. */
function setup() {
  const memory = new BlockMemory();
  const claims = new BlockClaims({ blocks: BLOCKS, has: () => false });
  const writes: PromiseWithResolvers<boolean>[] = [];
  const partial = {
    write() {
      const write = Promise.withResolvers<boolean>();
      writes.push(write);
      return write.promise;
    },
  } as unknown as PartialBlob;
  const open = (name: string) => {
    const claim = claims.take(name, BLOCKS / 2);
    assert.ok(claim);
    return new BlockSink({
      source: { name } as Source,
      partial,
      claims,
      claim,
      memory,
      onBlock: () => undefined,
    });
  };
  return { memory, writes, open };
}

/** Puts blocks until there is no memory for another. @returns how many */
function fill(sink: BlockSink): number {
  let blocks = 0;
  for (let buffer = sink.bufferNow(); buffer; buffer = sink.bufferNow()) {
    sink.put(buffer, 1);
    blocks++;
  }
  return blocks;
}

suite('blocks on their way', () => {
  test('are sixteen in all where one connection brings them, and three more for each that comes then', () => {
    const { memory, open } = setup();
    assert.equal(fill(open('a')), 16);
    assert.equal(fill(open('b')), 3);
    assert.equal(memory.taken, 19);
  });

  test('make room as they are kept, in their order', async () => {
    const { memory, writes, open } = setup();
    const sink = open('a');
    fill(sink);
    const waiting = sink.buffer();
    writes[1]?.resolve(true);
    writes[0]?.resolve(true);
    memory.give(await waiting);
    assert.equal(memory.taken, 14);
    assert.equal(fill(sink), 2);
  });

  test('end with the first that the store cannot keep, and give their memory back', async () => {
    const { memory, writes, open } = setup();
    const sink = open('a');
    fill(sink);
    const flushed = assert.rejects(sink.flush(), { name: 'StoreFailure' });
    writes[2]?.reject(new Error('full'));
    await flushed;
    assert.equal(sink.bufferNow(), undefined);
    for (const write of writes) write.resolve(true);
    await sink.settle();
    assert.equal(memory.taken, 0);
  });
});
