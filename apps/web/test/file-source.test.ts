import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchEngine, fetchFile, readBody } from '@isobit/client';
import { isCoded, limits, utf8 } from '@isobit/core';
import { blockRoot } from '@isobit/model';
import { onnxExact } from '@isobit/receipt';
import { fileSource } from '../src/judging/file-source.ts';
import { leavesOf, wasm } from './digits.ts';

const ignore = (): void => undefined;

const bytes = new Uint8Array(limits.blockBytes * 2 + 5).map((_, i) => i * 7);

test('files are found by digest, whatever they are called', async () => {
  const source = await fileSource([new File([wasm], 'a'), new File([bytes], 'b')], ignore);
  const file = { path: 'model.onnx', size: bytes.length, root: blockRoot(leavesOf(bytes)) };
  assert.deepEqual(await fetchFile({ file, sources: [source] }), bytes);
  assert.equal((await fetchEngine(onnxExact, [source])).length, wasm.length);
  assert.deepEqual(await readBody(await source.request(`/blobs/${file.root}`), bytes.length), bytes);
});

test('the empty file has a root too', async () => {
  const empty = new Uint8Array();
  const source = await fileSource([new File([], 'empty')], ignore);
  const file = { path: 'x', size: 0, root: blockRoot(leavesOf(empty)) };
  assert.deepEqual(await fetchFile({ file, sources: [source] }), empty);
});

test('what was not chosen is refused', async () => {
  const source = await fileSource([new File([utf8('other')], 'model.onnx')], ignore);
  for (const path of [`/blobs/${'0'.repeat(64)}`, `/engines/${'0'.repeat(64)}`, '/models/x']) {
    await assert.rejects(source.request(path), (error) => isCoded(error, 'FILE_NOT_CHOSEN'));
  }
});

test('a file that went away is a coded error', async () => {
  const gone = new File([utf8('gone')], 'gone.onnx');
  Object.defineProperty(gone, 'slice', {
    value: () => ({ arrayBuffer: () => Promise.reject(new Error('NotFoundError')) }),
  });
  await assert.rejects(fileSource([gone], ignore), (error) => isCoded(error, 'FILE_UNREADABLE'));
});
