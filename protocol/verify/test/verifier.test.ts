import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, utf8 } from '@isobit/core';
import { type Evidence, encodeEvidence, fast } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import {
  alsoNotChecked,
  type ClaimName,
  claimNames,
  claimOf,
  isRefuted,
  judge,
  type Reason,
  type Replayer,
  type Verdict,
  verify,
  verifyWith,
} from '../src/index.ts';
import { refusedCases } from './cases.ts';
import { doubler, scene, trust, witness, witnessVkey } from './scene.ts';

/** Asserts that exactly this claim is refuted, for exactly this reason. */
function refutes(verdict: Verdict, claim: ClaimName, reason: Reason): void {
  const found = verdict.claims.filter((c) => c.status === 'refuted').map((c) => `${c.claim}: ${c.reason}`);
  assert.deepEqual(found, [`${claim}: ${reason}`]);
}

test('whole evidence of an honest run', async () => {
  const verdict = await verifyWith(scene(), trust(), { replayer: doubler });
  assert.deepEqual(
    verdict.claims.map((c) => [c.claim, c.status, c.method ?? c.reason]),
    [
      ['integrity', 'verified', 'signature'],
      ['signer', 'verified', 'signature'],
      ['log', 'verified', 'inclusion'],
      ['model', 'verified', 'digest'],
      ['execution', 'verified', 'replay'],
      ['usage', 'verified', 'recount'],
      ['hardware', 'unchecked', 'none-claimed'],
      ['payment', 'unchecked', 'none-claimed'],
    ],
  );
  assert.ok(verdict.notChecked.some((line) => line.includes('witnessed by nobody you trust')));
  assert.match(verdict.notChecked.at(-1) ?? '', /whether the answer is true/);
  // Below a table of the claims, what the table says of hardware and payment is not said again.
  assert.equal(verdict.notChecked.length, 4);
  assert.deepEqual(alsoNotChecked(verdict), verdict.notChecked.slice(2));
});

test('bytes and document give the same verdict', () => {
  assert.deepEqual(verify(encodeEvidence(scene()), trust()), verify(scene(), trust()));
});

test('without a port the execution is unchecked, and says so', () => {
  const verdict = verify(scene(), trust());
  assert.equal(claimOf(verdict, 'execution').reason, 'not-asked');
  assert.equal(judge(verdict, ['integrity', 'signer']), 'holds');
  assert.equal(judge(verdict, ['integrity', 'execution']), 'open');
});

test('a lie in one value is refuted by running again, and the value is named', async () => {
  const verdict = await verifyWith(scene({ answer: [2, 4.000001, 6] }), trust(), { replayer: doubler });
  refutes(verdict, 'execution', 'mismatch');
  assert.deepEqual(claimOf(verdict, 'execution').difference, {
    tensor: 'y',
    index: 1,
    claimed: '4.000001',
    computed: '4',
  });
  assert.equal(judge(verdict, ['integrity']), 'refuted');
});

test('a lie with a trace is brought down to its operator', async () => {
  const verdict = await verifyWith(scene({ answer: [2, 4, 7], trace: true }), trust(), { replayer: doubler });
  const { operator } = claimOf(verdict, 'execution');
  assert.equal(operator?.node, 'double');
  assert.equal(operator?.kind, 'output');
  assert.equal(operator?.inputs[0]?.name, 'x');
});

for (const { description, evidence, trust: extra, claim, reason } of refusedCases) {
  test(`refuses ${description}: ${claim}, ${reason}`, () =>
    refutes(verify(evidence, trust(extra)), claim, reason));
}

test('witnesses: the threshold counts trusted ones only', () => {
  const asked = { witnesses: [{ vkey: witnessVkey }], witnessThreshold: 1 };
  assert.equal(claimOf(verify(scene({ cosigned: true }), trust(asked)), 'log').status, 'verified');
  assert.equal(claimOf(verify(scene(), trust(asked)), 'log').reason, 'witness-threshold');
  assert.equal(
    claimOf(verify(scene({ cosigned: true }), trust({ witnessThreshold: 1 })), 'log').reason,
    'witness-threshold',
  );
});

test('a cosignature that does not verify refutes, where its witness is trusted', () => {
  const evidence = scene({ cosigned: true });
  const log = evidence.log as NonNullable<Evidence['log']>;
  const lines = log.checkpoint.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('—'));
  lines[last] = (lines[last] as string).replace(/.{8}$/, 'AAAAAAAA');
  const broken = { ...evidence, log: { ...log, checkpoint: lines.join('\n') } };
  refutes(verify(broken, trust({ witnesses: [{ vkey: witnessVkey }] })), 'log', 'log-checkpoint');
});

test('a witness is trusted by its address too, and every line must be somebody known', () => {
  const asked = { witnesses: [{ address: witness.address }], witnessThreshold: 1 };
  assert.equal(claimOf(verify(scene({ cosigned: true }), trust(asked)), 'log').status, 'verified');
  const evidence = scene({ cosigned: true });
  const { witnesses: _, ...log } = evidence.log as NonNullable<Evidence['log']>;
  refutes(verify({ ...evidence, log }, trust()), 'log', 'log-checkpoint');
  const plain = scene();
  const named = { ...(plain.log as typeof log), witnesses: evidence.log?.witnesses as never };
  refutes(verify({ ...plain, log: named }, trust()), 'log', 'log-checkpoint');
});

test('fast runs are never replayed', async () => {
  const never: Replayer = { run: () => assert.fail('replayed a fast run') };
  const verdict = await verifyWith(scene({ profile: fast }), trust(), { replayer: never });
  assert.equal(claimOf(verdict, 'execution').reason, 'profile-fast');
});

test('runs that did not complete have no answer to check', async () => {
  const verdict = await verifyWith(scene({ body: { outcome: 'cancelled' } }), trust(), { replayer: doubler });
  assert.equal(claimOf(verdict, 'execution').reason, 'outcome');
});

test('an engine that is out of reach leaves the execution unchecked; an impossible request refutes it', async () => {
  const failing = (impossible: boolean): Replayer => ({
    run: () => Promise.reject(new CodedError('BYTES_UNAVAILABLE', 'nobody serves the model')),
    impossible: () => impossible,
  });
  const open = await verifyWith(scene(), trust(), { replayer: failing(false) });
  assert.equal(claimOf(open, 'execution').reason, 'unavailable');
  assert.equal(judge(open, ['execution']), 'open');
  refutes(await verifyWith(scene(), trust(), { replayer: failing(true) }), 'execution', 'impossible');
});

test('errors that are no coded ones are not swallowed', async () => {
  const broken: Replayer = { run: () => Promise.reject(new TypeError('a bug')) };
  await assert.rejects(verifyWith(scene(), trust(), { replayer: broken }), TypeError);
});

test('what is no evidence is refuted as such', () => {
  for (const bytes of [
    utf8(''),
    utf8('{}'),
    utf8('[]'),
    utf8('null'),
    utf8('{"isobit":"evidence/1"}'),
    new Uint8Array([0xff]),
    encodeEvidence(scene()).slice(0, 500),
  ]) {
    refutes(verify(bytes, trust()), 'integrity', 'malformed');
  }
  refutes(verify(utf8('{"isobit":"evidence/9"}'), trust()), 'integrity', 'unknown-version');
});

test('any change of a value in an evidence file is refuted', async () => {
  const whole = JSON.parse(new TextDecoder().decode(encodeEvidence(scene({ trace: true, cosigned: true }))));
  const paths = leavesOf(whole);
  assert.ok(paths.length > 60);
  assert.equal(isRefuted(verify(whole, trust())), false);
  await forAll([fc.constantFrom(...paths), fc.nat()], (path, at) => {
    const changed = structuredClone(whole);
    change(changed, path, at);
    assert.ok(isRefuted(verify(utf8(JSON.stringify(changed)), trust())), path.join('.'));
  });
});

type Path = (string | number)[];

function leavesOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** Changes one character of a string, or a number by one. */
function change(root: unknown, path: Path, at: number): void {
  const parent = path
    .slice(0, -1)
    .reduce((node, key) => (node as Record<string | number, unknown>)[key], root) as Record<
    string | number,
    unknown
  >;
  const key = path.at(-1) as string | number;
  const old = parent[key];
  if (typeof old === 'number') parent[key] = old + 1;
  else if (typeof old === 'string' && old !== '') {
    const i = at % old.length;
    parent[key] = old.slice(0, i) + (old[i] === '0' ? '1' : '0') + old.slice(i + 1);
  } else parent[key] = 'changed';
}

test('every claim is in every verdict, in order', () => {
  for (const verdict of [verify(scene(), trust()), verify(utf8('{}'), trust())]) {
    assert.deepEqual(
      verdict.claims.map((c) => c.claim),
      [...claimNames],
    );
  }
});
