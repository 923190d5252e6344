import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@isobit/core';
import { blockLeaf, blockRoot, type ManifestFile } from '@isobit/model';
import { fetchFile, type NodeApi } from '../src/index.ts';
import { code } from './fake-node.ts';

const content = Uint8Array.from({ length: 2 * limits.blockBytes + 5 }, (_, i) => (i * 7) & 0xff);
const blocks = [0, 1, 2].map((i) => content.subarray(i * limits.blockBytes, (i + 1) * limits.blockBytes));
const leaves = blocks.map(blockLeaf);
const file: ManifestFile = { path: 'model.onnx', size: content.length, root: blockRoot(leaves) };

type Source = Pick<NodeApi, 'baseUrl' | 'request'>;
interface Answers {
  leaves?: (bytes: Uint8Array) => Uint8Array;
  range?: (bytes: Uint8Array, start: number) => Uint8Array | Response;
}

/** A source that answers as a blob handler does, but for what a test changes; `asked` are the starts of ranges. */
function source(name: string, { leaves: l = (b) => b, range = (b) => b }: Answers = {}) {
  const asked: number[] = [];
  const made: Source & { asked: number[] } = {
    baseUrl: name,
    asked,
    async request(path, init) {
      if (path.endsWith('/leaves')) return new Response(l(Buffer.concat(leaves)) as BodyInit);
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
      const start = Number(from);
      asked.push(start);
      const answer = range(content.slice(start, Number(to) + 1), start);
      return answer instanceof Response ? answer : new Response(answer as BodyInit);
    },
  };
  return made;
}

const flip = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
};

test('a file comes whole, with its progress', async () => {
  const seen: number[] = [];
  const bytes = await fetchFile({ file, sources: [source('a')], onProgress: (p) => seen.push(p.bytes) });
  assert.deepEqual(bytes, content);
  assert.equal(seen.at(-1), content.length);
});

test('a bad block is left to the next source, which is asked for no verified block again', async () => {
  const bad = source('bad', { range: (bytes) => flip(bytes, 2 * limits.blockBytes) });
  const good = source('good');
  assert.deepEqual(await fetchFile({ file, sources: [bad, good] }), content);
  assert.deepEqual(good.asked, [2 * limits.blockBytes]);
});

for (const [what, answers, reason] of [
  ['wrong leaves', { leaves: (b: Uint8Array) => flip(b, 3) }, /does not lead to the root/],
  ['too few leaves', { leaves: (b: Uint8Array) => b.subarray(32) }, /leaves/],
  ['too many leaves', { leaves: (b: Uint8Array) => Buffer.concat([b, b]) }, /longer than/],
  ['a truncated range', { range: (b: Uint8Array) => b.subarray(1) }, /bytes for a range/],
  ['the whole file for a range', { range: () => new Response('x'.repeat(9e6)) }, /longer than/],
  ['a body that breaks off', { range: () => breaking() }, /broke off/],
] as const) {
  test(`${what} is left to the next source, and named when there is none`, async () => {
    assert.deepEqual(await fetchFile({ file, sources: [source('bad', answers), source('good')] }), content);
    await assert.rejects(fetchFile({ file, sources: [source('bad', answers)] }), (error: Error) => {
      assert.match(error.message, reason);
      return code('BYTES_UNAVAILABLE')(error);
    });
  });
}

const breaking = (): Response =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.error(new TypeError('terminated')),
    }),
  );

test('an empty file needs no range', async () => {
  const leaf = blockLeaf(new Uint8Array());
  const empty: Source = { baseUrl: 'a', request: async () => new Response(leaf as BodyInit) };
  const bytes = await fetchFile({ file: { path: 'e', size: 0, root: blockRoot([leaf]) }, sources: [empty] });
  assert.equal(bytes.length, 0);
});

test('no memory is set aside for a file that a stranger says is huge', async () => {
  const huge = { ...file, size: limits.fileBytes };
  await assert.rejects(fetchFile({ file: huge, sources: [source('a')] }), code('FILE_TOO_LARGE'));
});

test('without a source the file is named', async () => {
  await assert.rejects(fetchFile({ file, sources: [] }), /no sources were given/);
});

test('an abort ends it, and no other source is asked', async () => {
  const stop = new AbortController();
  const first = source('a', {
    range: () => {
      stop.abort(new Error('enough'));
      return breaking();
    },
  });
  const second = source('b');
  await assert.rejects(fetchFile({ file, sources: [first, second], signal: stop.signal }), /enough/);
  assert.deepEqual(second.asked, []);
});
