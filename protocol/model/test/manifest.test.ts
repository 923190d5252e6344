import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, isCoded, limits } from '@isobit/core';
import {
  entryFile,
  isLanguageFormat,
  languageTasks,
  type Manifest,
  manifestKind,
  modelId,
  modelSize,
  openManifest,
  signedManifestKind,
  signManifest,
} from '@isobit/model';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { alice, mallory, manifest } from './samples.ts';

const signed = signManifest(manifest, alice);
const refused =
  (code: string, why: RegExp = /./) =>
  (error: unknown) =>
    isCoded(error, code) && why.test(error.message);
const invalid = (changes: object, why: RegExp) =>
  assert.throws(
    () => manifestKind.parse({ ...manifest, ...changes }),
    refused('DOCUMENT_INVALID', why),
    JSON.stringify(changes).slice(0, 80),
  );
const file = (path: string) => ({ path, size: 1, root: '1'.repeat(64) });
const tensor = { name: 'x', datatype: 'FP32', shape: [] };

test('a manifest reads back as itself, under its id', () => {
  const bytes = manifestKind.encode(manifest);
  assert.deepEqual(manifestKind.decode(bytes), manifest);
  assert.equal(modelId(manifest), cidOf(bytes));
  assert.equal(entryFile(manifest).path, 'model.onnx');
  assert.equal(modelSize(manifest), 43);
});

test('a change of any member gives another id', () => {
  const changes: Partial<Manifest> = {
    title: 'Tripler',
    task: 'other',
    files: [file('model.onnx')],
    inputs: [],
    outputs: [{ name: 'z', datatype: 'BOOL', shape: [] }],
    licence: 'unknown',
    publisher: mallory.address,
    parent: cidOf(new Uint8Array(0)),
    card: null,
  };
  const ids = Object.entries(changes).map(([name, value]) =>
    modelId(manifestKind.parse({ ...manifest, [name]: value })),
  );
  assert.equal(new Set([modelId(manifest), ...ids]).size, ids.length + 1);
});

test('files are a sorted tree that holds the entry', () => {
  invalid({ files: [] }, /files/);
  invalid({ files: [file('model.onnx'), file('a')] }, /sorted/);
  invalid({ files: [file('model.onnx'), file('model.onnx')] }, /each once/);
  invalid({ files: [file('a'), file('a/model.onnx')], entry: 'a' }, /as a folder/);
  invalid({ files: [file('a'), file('a-b'), file('a/b/c')], entry: 'a' }, /as a folder/);
  invalid({ files: [file('../model.onnx')], entry: '../model.onnx' }, /relative path/);
  invalid({ entry: 'other.onnx' }, /one of the files/);
  invalid({ files: [{ ...file('model.onnx'), size: limits.fileBytes + 1 }] }, /size/);
  const names = Array.from({ length: limits.manifestFiles + 1 }, (_, i) =>
    file(`f${String(i).padStart(4, '0')}`),
  );
  invalid({ files: names, entry: 'f0000' }, /files/);
  assert.equal(
    manifestKind.parse({ ...manifest, files: names.slice(1), entry: 'f0001' }).files.length,
    limits.manifestFiles,
  );
});

test('tensors have each name once', () => {
  invalid({ inputs: [tensor, tensor] }, /each name once/);
  invalid({ outputs: [tensor, tensor] }, /each name once/);
  invalid({ outputs: [] }, /outputs/);
  invalid({ inputs: Array.from({ length: 257 }, (_, i) => ({ ...tensor, name: `x${i}` })) }, /inputs/);
  invalid({ inputs: [{ ...tensor, shape: [-2] }] }, /shape/);
});

test('a language model has a task of its own, and no tensors', () => {
  const language = { format: 'gguf', task: 'text-generation', inputs: [], outputs: [] } as const;
  for (const format of ['gguf', 'safetensors'] as const)
    for (const task of languageTasks) {
      const model = manifestKind.parse({ ...manifest, ...language, format, task });
      assert.deepEqual(manifestKind.decode(manifestKind.encode(model)), model);
      assert.ok(isLanguageFormat(model.format));
    }
  assert.ok(!isLanguageFormat(manifest.format));
  invalid({ ...language, inputs: [tensor] }, /"inputs" and "outputs" must be empty/);
  invalid({ ...language, outputs: [tensor] }, /"inputs" and "outputs" must be empty/);
  invalid({ ...language, task: 'arithmetic' }, /"task" must be text-generation or text-embedding/);
  invalid({ format: 'pickle' }, /format/);
});

test('a card holds any canonical value and nothing else', () => {
  const card = JSON.parse('{"__proto__":[1,null],"a":{"b":"c"}}') as NonNullable<Manifest['card']>;
  assert.deepEqual(manifestKind.decode(manifestKind.encode({ ...manifest, card })).card, card);
  invalid({ card: 0.5 }, /canonical/);
  invalid({ card: { when: new Date() } }, /canonical/);
});

test('a signed manifest opens to the manifest and its id', () => {
  const read = openManifest(signedManifestKind.decode(signedManifestKind.encode(signed)));
  assert.deepEqual(read, { manifest, id: modelId(manifest) });
});

test('a change of manifest or signature is refused', () => {
  const wrong = refused('MANIFEST_SIGNATURE', /not signed by its publisher/);
  assert.throws(() => openManifest({ ...signed, manifest: { ...manifest, title: '\u001b[2J' } }), wrong);
  assert.throws(
    () => openManifest({ ...signed, manifest: { ...manifest, publisher: mallory.address } }),
    wrong,
  );
  assert.throws(() => openManifest({ ...signed, signature: '0'.repeat(130) }), wrong);
  assert.throws(() => signManifest(manifest, mallory), refused('MANIFEST_SIGNATURE', /the key is/));
});

test('any changed digit of the signature is refused', () =>
  forAll(
    [fc.nat(129), fc.constantFrom(...'0123456789abcdef')],
    (at, digit) => {
      const signature = signed.signature.slice(0, at) + digit + signed.signature.slice(at + 1);
      if (signature === signed.signature) return;
      assert.throws(() => openManifest({ ...signed, signature }), refused('MANIFEST_SIGNATURE'));
    },
    propertyRuns(30),
  ));

test('any changed byte of a manifest is refused or gives another id', () =>
  forAll(
    [fc.nat(), fc.integer({ min: 1, max: 255 })],
    (at, mask) => {
      const bytes = manifestKind.encode(manifest);
      bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ mask;
      try {
        assert.notEqual(modelId(manifestKind.decode(bytes)), modelId(manifest));
      } catch (error) {
        assert.ok(isCoded(error), String(error));
      }
    },
    300,
  ));

test('what is no manifest inside is refused before it is trusted', () => {
  for (const value of [null, [], {}, 'x', { ...manifest, zzz: 1 }]) {
    assert.throws(
      () => signedManifestKind.parse({ ...signed, manifest: value }),
      refused('DOCUMENT_INVALID'),
    );
  }
  assert.throws(
    () => openManifest({ ...signed, manifest: { ...manifest, isobit: 'manifest/2' } }),
    refused('DOCUMENT_UNKNOWN_VERSION'),
  );
});
