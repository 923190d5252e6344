import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, limits, utf8 } from '@isobit/core';
import { deriveLogKeys } from '@isobit/log';
import { signManifest } from '@isobit/model';
import { decodeEvidence, type Evidence, encodeEvidence } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { smallRequest, smallResponse } from './vectors/exchange.ts';
import { alice, smallManifest } from './vectors/model.ts';
import { alone } from './vectors/receipt.ts';

const log = { checkpoint: 'a note\n', index: 3, proof: ['1'.repeat(64)], key: deriveLogKeys(alice).binding };
const everything = {
  request: smallRequest,
  response: smallResponse,
  manifest: signManifest(smallManifest, alice),
  trace: { isobit: 'trace/1' as const, steps: [] },
  log,
};
const bare: Evidence = { isobit: 'evidence/1', receipt: alone };
const read = (value: unknown) => decodeEvidence(utf8(JSON.stringify(value)));
const refused = (value: unknown, code: string, why = /./) =>
  assert.throws(
    () => read(value),
    (error) => isCoded(error, code) && why.test(error.message) && error.message.length < 400,
    JSON.stringify(value).slice(0, 60),
  );

test('evidence reads back with whatever its holder discloses, in any spelling', () =>
  forAll(
    [fc.subarray(Object.keys(everything) as (keyof typeof everything)[]), fc.constantFrom(0, 2)],
    (names, indent) => {
      const evidence: Evidence = {
        ...bare,
        ...Object.fromEntries(names.map((name) => [name, everything[name]])),
      };
      assert.deepEqual(decodeEvidence(encodeEvidence(evidence)), evidence);
      assert.deepEqual(decodeEvidence(utf8(`${JSON.stringify(evidence, null, indent)}\n`)), evidence);
    },
  ));

test('any changed byte is refused or reads as other evidence', () => {
  const evidence = { ...bare, ...everything };
  const text = JSON.stringify(evidence);
  return forAll(
    [fc.nat(), fc.integer({ min: 1, max: 255 })],
    (at, mask) => {
      const bytes = utf8(text);
      bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ mask;
      try {
        assert.notDeepEqual(decodeEvidence(bytes), evidence);
      } catch (error) {
        assert.ok(isCoded(error), String(error));
      }
    },
    200,
  );
});

test('what is no evidence is refused', () => {
  for (const value of [null, 1, 'x', [], [bare], {}, { isobit: 'evidence/1' }, { ...bare, note: 1 }])
    refused(value, 'DOCUMENT_INVALID', /evidence\/1/);
  assert.throws(
    () => decodeEvidence(utf8('{')),
    (error) => isCoded(error, 'CANONICAL_INVALID'),
  );
});

test('a part that does not fit its own spec is refused by its own name and code', () => {
  refused({ ...bare, receipt: { ...alone, time: -1 } }, 'DOCUMENT_INVALID', /receipt\/1 document: "time"/);
  refused({ ...bare, request: smallResponse }, 'DOCUMENT_INVALID', /request\/1/);
  refused({ ...bare, manifest: smallManifest }, 'DOCUMENT_INVALID', /signed-manifest\/1/);
  refused({ ...bare, manifest: { ...everything.manifest, manifest: [] } }, 'DOCUMENT_INVALID', /manifest\/1/);
  refused({ ...bare, log: { ...log, proof: ['x'] } }, 'DOCUMENT_INVALID', /log\.proof/);
  refused(
    { ...bare, log: { ...log, checkpoint: 'é'.repeat(limits.noteBytes / 2 + 1) } },
    'DOCUMENT_INVALID',
    /checkpoint/,
  );
  refused({ ...bare, receipt: { ...alone, isobit: 'receipt/2' } }, 'DOCUMENT_UNKNOWN_VERSION', /receipt\/2/);
  refused({ isobit: 'evidence/2' }, 'DOCUMENT_UNKNOWN_VERSION', /evidence\/2/);
});

test('values that have no canonical bytes are refused as they are read, not later', () => {
  const text = JSON.stringify({ ...bare, log });
  for (const changed of [
    text.replace('"index":3', '"index":-0'),
    text.replace('"index":3', '"index":0.5'),
    text.replace('"checkpoint":"a', '"checkpoint":"\\ud800'),
  ]) {
    assert.notEqual(changed, text);
    assert.throws(
      () => decodeEvidence(utf8(changed)),
      (error) => isCoded(error, 'CANONICAL_INVALID'),
    );
  }
});

test('a second receipt in one file is refused', () => {
  const twice = JSON.stringify(bare).replace('"receipt":', '"receipt":{},"receipt":');
  assert.throws(
    () => decodeEvidence(utf8(twice)),
    (error) => isCoded(error, 'CANONICAL_INVALID') && /twice/.test(error.message),
  );
});
