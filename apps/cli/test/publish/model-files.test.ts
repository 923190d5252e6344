import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { blockCount, blockLeaf, blockRange, blockRoot } from '@isobit/model';
import { forAll, tempDir } from '@isobit/testing';
import fc from 'fast-check';
import { createBlockHasher } from '../../src/publish/block-hasher.ts';
import { localModel } from '../../src/publish/model-files.ts';
import { parseModelName, suggestedName } from '../../src/publish/model-name.ts';
import { readCard } from '../../src/publish/read-card.ts';

function folder(t: Parameters<typeof tempDir>[0], ...paths: string[]): string {
  const dir = tempDir(t);
  for (const path of paths) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), path);
  }
  return dir;
}

test('a folder is all its files but hidden ones, sorted; card.json is the card too', async (t) => {
  const dir = folder(
    t,
    'model.onnx',
    'card.json',
    'README.md',
    'a/b.txt',
    '.git/config',
    '.DS_Store',
    '__pycache__/x.pyc',
  );
  const model = await localModel(dir);
  assert.deepEqual(
    model.files.map((file) => file.path),
    ['README.md', 'a/b.txt', 'card.json', 'model.onnx'],
  );
  assert.equal(model.entry, 'model.onnx');
  assert.equal(model.card, join(dir, 'card.json'));
});

test('the entry is the only model, or model.onnx, or the one named', async (t) => {
  assert.equal((await localModel(folder(t, 'net/x.ONNX'))).entry, 'net/x.ONNX');
  assert.equal((await localModel(folder(t, 'model.onnx', 'other.onnx'))).entry, 'model.onnx');
  assert.equal((await localModel(folder(t, 'x.gguf', 'README.md'))).entry, 'x.gguf');
  const hub = folder(t, 'config.json', 'a-1-of-2.safetensors', 'a-2-of-2.safetensors');
  assert.equal((await localModel(hub)).entry, 'config.json');
  const two = folder(t, 'a.onnx', 'b.onnx');
  assert.equal((await localModel(two, 'b.onnx')).entry, 'b.onnx');
  await assert.rejects(localModel(two), { code: 'USAGE', message: /several models.*a\.onnx, b\.onnx/ });
  await assert.rejects(localModel(two, 'c.onnx'), { code: 'USAGE', message: /no file "c\.onnx"/ });
  await assert.rejects(localModel(folder(t, 'notes.txt')), {
    code: 'USAGE',
    message: /no \.onnx or \.gguf file/,
  });
});

const PARTS = [1, 2, 3].map((number) => `m-Q8_0-0000${number}-of-00003.gguf`) as [string, string, string];

test('any part of a model leads to all that lie beside it, the first of which is the entry', async (t) => {
  const dir = folder(t, ...PARTS, 'other.gguf');
  for (const part of PARTS) {
    const { files, entry } = await localModel(join(dir, part));
    assert.equal(entry, PARTS[0]);
    assert.deepEqual(
      files,
      PARTS.map((path) => ({ path, absolute: join(dir, path), size: path.length })),
    );
  }
  assert.equal((await localModel(join(dir, PARTS[1]), PARTS[0])).entry, PARTS[0]);
  const lacking = folder(t, PARTS[0], PARTS[2]);
  await assert.rejects(localModel(join(lacking, PARTS[0])), {
    code: 'FILE',
    message: /m-Q8_0-00002-of-00003\.gguf is not in /,
  });
});

test('a folder that holds the parts of one model is that model', async (t) => {
  const parts = PARTS.map((part) => `Q8_0/${part}`);
  assert.equal((await localModel(folder(t, ...parts, 'README.md'))).entry, parts[0]);
  const several = folder(t, ...parts, 'a.gguf');
  await assert.rejects(localModel(several), { code: 'USAGE', message: /several models/ });
  assert.equal((await localModel(several, parts[2])).entry, parts[0]);
  for (const named of [undefined, `Q8_0/${PARTS[2]}`])
    await assert.rejects(localModel(folder(t, ...parts.slice(1)), named), {
      code: 'FILE',
      message: /Q8_0\/m-Q8_0-00001-of-00003\.gguf is not in /,
    });
});

test('links, and names that no manifest can hold, are refused', async (t) => {
  const dir = folder(t, 'model.onnx');
  symlinkSync('/etc/passwd', join(dir, 'weights.bin'));
  await assert.rejects(localModel(dir), { code: 'FILE', message: /is a link/ });
  await assert.rejects(localModel(folder(t, 'model.onnx', 'a:b')), {
    code: 'FILE',
    message: /can't stand in a manifest/,
  });
  await assert.rejects(localModel(join(dir, 'nothing')), { code: 'FILE', message: /no such file/ });
});

test('the root computed from chunks of any size is the block tree’s', () =>
  forAll(
    [
      fc.integer({ min: 0, max: 2_200_000 }),
      fc.array(fc.integer({ min: 1, max: 1_500_000 }), { minLength: 1, maxLength: 5 }),
    ],
    (size, cuts) => {
      const bytes = new Uint8Array(size).fill(7);
      const hasher = createBlockHasher();
      for (let at = 0, i = 0; at < size; i++) {
        const chunk = bytes.subarray(at, at + (cuts[i % cuts.length] as number));
        hasher.update(chunk);
        at += chunk.length;
      }
      const leaves = Array.from({ length: blockCount(size) }, (_, i) => {
        const { start, end } = blockRange(i, size);
        return blockLeaf(bytes.subarray(start, end));
      });
      assert.equal(hasher.root(), blockRoot(leaves));
    },
    20,
  ));

test('names are labels, with a version where one is given', () => {
  assert.deepEqual(parseModelName('digits'), { name: 'digits' });
  assert.deepEqual(parseModelName('digits:2'), { name: 'digits', version: '2' });
  for (const text of ['', 'Digits', 'a b', 'digits:', ':2', 'a:b:c', '-x', 'x'.repeat(65)])
    assert.throws(() => parseModelName(text), { code: 'USAGE' }, text);
});

test('a path suggests a name', () => {
  assert.equal(suggestedName('/tmp/My Model (v2).onnx'), 'my-model-v2');
  assert.equal(suggestedName('models/digits/'), 'digits');
  assert.equal(suggestedName(`./${PARTS[1]}`), 'm-q8_0');
  assert.throws(() => suggestedName('/tmp/___.onnx'), { code: 'USAGE' });
});

test('a card with fractions is refused with what to write', async (t) => {
  const path = join(tempDir(t), 'card.json');
  writeFileSync(path, '{"accuracy": 0.98}');
  await assert.rejects(readCard(path), { code: 'INPUT_UNREADABLE', message: /as texts, such as "0\.98"/ });
  writeFileSync(path, '{"title": "x"} trailing');
  await assert.rejects(readCard(path), { code: 'INPUT_UNREADABLE' });
});
