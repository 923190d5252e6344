import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  fromBase64,
  fromHex,
  isCoded,
  toBase64,
  toHex,
  utf8,
  verifyConsistency,
  verifyInclusion,
} from '@isobit/core';
import {
  cosignaturesOf,
  decideAddCheckpoint,
  decodeBundle,
  fsck,
  logKeyDocument,
  openLogKey,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  parseTilePath,
  parseVkey,
  verifierOf,
  verifyNote,
} from '@isobit/log';
import { vectors } from '@isobit/testing';
import { makeVectors } from './make-vectors.ts';

// biome-ignore lint/suspicious/noExplicitAny: vectors are what their kind says, as for a reader in another language
type Json = any;
const bytes = (list: string[]) => list.map(fromBase64);

/** What each kind of vector demands; throws what the decoder under test throws. */
const run: Record<string, (vector: Json) => unknown> = {
  note(v) {
    const note = parseNote(utf8(v.text));
    const verifiers = v.keys.map(verifierOf);
    const verdict = verifyNote(note, verifiers);
    if (!verdict.ok) return assert.equal(verdict.reason, v.expected.reason);
    assert.deepEqual(
      verdict.verified.map(({ verifier }) => v.keys[verifiers.indexOf(verifier)]),
      v.expected.verified,
    );
    if (v.expected.time) assert.equal(cosignaturesOf(note, verifiers)?.[0]?.time, v.expected.time);
  },
  checkpoint(v) {
    const { origin, size, root } = parseCheckpoint(v.text);
    assert.deepEqual({ origin, size, root: toBase64(root) }, v.expected);
  },
  vkey(v) {
    const key = parseVkey(v.text);
    verifierOf(key);
    assert.deepEqual({ name: key.name, type: key.type, publicKey: toHex(key.publicKey) }, v.expected);
  },
  'log-key'(v) {
    const { address, origin } = openLogKey(logKeyDocument.parse(v.document));
    assert.deepEqual({ address, origin }, v.expected);
  },
  bundle: (v) => assert.deepEqual(decodeBundle(fromHex(v.hex), v.width).map(toHex), v.expected.entries),
  'tile-path'(v) {
    const tile = parseTilePath(v.text);
    if (v.expected) assert.deepEqual(tile, v.expected);
    return tile !== undefined;
  },
  inclusion: (v) => verifyInclusion(v.index, v.size, fromBase64(v.leaf), bytes(v.proof), fromBase64(v.root)),
  consistency: (v) =>
    verifyConsistency(v.from, v.to, fromBase64(v.fromRoot), fromBase64(v.toRoot), bytes(v.proof)),
  'add-checkpoint'(v) {
    const seen = v.seen && { size: v.seen.size, root: fromBase64(v.seen.root) };
    let decision: Json;
    try {
      decision = decideAddCheckpoint(
        parseAddCheckpoint(utf8(v.text)),
        v.keys.map(verifierOf),
        seen ?? undefined,
      );
    } catch (error) {
      decision = isCoded(error) ? { status: 400, reason: 'MALFORMED' } : error;
    }
    assert.deepEqual(decision, v.expected);
  },
  async log(v) {
    const read = async (path: string) => (path in v.files ? fromBase64(v.files[path]) : undefined);
    const report = await fsck({ read, keys: v.keys.map(verifierOf), origin: v.origin });
    assert.deepEqual(
      report.findings
        .map(({ message: _, ...at }) => at)
        .map(({ code, path, entry, slot }) => ({
          code,
          path,
          ...(entry !== undefined ? { entry } : slot !== undefined ? { slot } : {}),
        })),
      v.expected,
    );
  },
};

const { valid, invalid } = vectors<Json>('log');

for (const { name, value } of valid) {
  test(`valid/${name}: ${value.description}`, async () =>
    assert.notEqual(await run[value.kind]?.(value), false));
}

for (const { name, value } of invalid) {
  test(`invalid/${name}: ${value.description}`, async () => {
    const { error } = value;
    if (error === 'none') assert.equal(run[value.kind]?.(value), false);
    else if (error) await assert.rejects(async () => run[value.kind]?.(value), { code: error });
    else await run[value.kind]?.(value);
  });
}

test('the vectors are those that make-vectors.ts writes', async () => {
  const committed = [
    ...valid.map((v) => [`valid/${v.name}`, v.value]),
    ...invalid.map((v) => [`invalid/${v.name}`, v.value]),
  ];
  assert.deepEqual(Object.fromEntries(committed), JSON.parse(JSON.stringify(await makeVectors())));
});
