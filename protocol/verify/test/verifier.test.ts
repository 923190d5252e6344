import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, toHex, utf8 } from '@isobit/core';
import {
  createRequest,
  type Evidence,
  encodeEvidence,
  fast,
  profileDigest,
  requestDigest,
} from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import {
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
import { doubler, keyOf, logOf, NOW, scene, trust, vector, witness, witnessVkey, worker } from './scene.ts';

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
    claimed: String(Math.fround(4.000001)),
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

const disclosed = scene({ trace: true });
const { request: _request, ...withoutRequest } = disclosed;

const refusals: [string, Evidence, Parameters<typeof trust>[0], ClaimName, Reason][] = [
  [
    'a receipt changed after signing',
    { ...scene(), receipt: { ...scene().receipt, time: NOW - 1 } },
    {},
    'integrity',
    'signature',
  ],
  [
    'a receipt signed by another key',
    { ...scene(), receipt: { ...scene({ key: keyOf('other') }).receipt, worker: worker.address } },
    {},
    'integrity',
    'signature',
  ],
  ['another network', scene(), { network: toHex(new Uint8Array(32)) }, 'integrity', 'network'],
  ['a clock in the future', scene({ body: { time: NOW + 3_600_000 } }), {}, 'integrity', 'clock'],
  ['a stale nonce', scene(), { expected: { nonce: toHex(new Uint8Array(32)) } }, 'integrity', 'stale'],
  [
    'another request than the one sent',
    scene(),
    { expected: { request: toHex(new Uint8Array(32)) } },
    'integrity',
    'stale',
  ],
  [
    'another model than the one asked',
    scene(),
    { expected: { model: 'bagaaieraiqjw7i2vwntyuekgvulpp2det2kpwt6cd7tx5ayqybqpmhfk76fa' } },
    'integrity',
    'stale',
  ],
  [
    'another profile than the one asked for',
    scene(),
    { expected: { profile: profileDigest(fast) } },
    'integrity',
    'stale',
  ],
  [
    'another response',
    { ...scene(), response: scene({ answer: [1, 1, 1] }).response as never },
    {},
    'integrity',
    'response-digest',
  ],
  [
    'another trace',
    { ...disclosed, trace: scene({ answer: [9, 9, 9], trace: true }).trace as never },
    {},
    'integrity',
    'trace-root',
  ],
  ['a response without its request', withoutRequest, {}, 'integrity', 'not-disclosed'],
  [
    'a profile that the request does not ask for',
    scene({ body: { profile: profileDigest(fast) } }),
    {},
    'integrity',
    'request-receipt',
  ],
  [
    'a signer that is not trusted',
    scene(),
    { workers: [keyOf('other').address] },
    'signer',
    'signer-untrusted',
  ],
  [
    'usage that the documents do not have',
    scene({ body: { details: { ...scene().receipt.details, usage: { inputBytes: 12, outputBytes: 13 } } } }),
    {},
    'usage',
    'usage',
  ],
  [
    'a proof of another index',
    { ...scene(), log: { ...logOf(scene().receipt, worker, false), index: 1 } },
    {},
    'log',
    'log-proof',
  ],
  [
    'a proof for another tree',
    { ...scene(), log: { ...logOf(scene({ answer: [1, 1, 1] }).receipt, worker, false) } },
    {},
    'log',
    'log-proof',
  ],
  [
    "another worker's log key",
    { ...scene(), log: logOf(scene().receipt, keyOf('other'), false) },
    {},
    'log',
    'log-key',
  ],
  [
    "a checkpoint of another worker's log",
    {
      ...scene(),
      log: {
        ...logOf(scene().receipt, worker, false),
        checkpoint: logOf(scene().receipt, keyOf('other'), false).checkpoint,
      },
    },
    {},
    'log',
    'log-checkpoint',
  ],
];

for (const [what, evidence, extra, claim, reason] of refusals) {
  test(`refuses ${what}: ${claim}, ${reason}`, () => refutes(verify(evidence, trust(extra)), claim, reason));
}

test('refuses a request of another salt', () => {
  const evidence = scene();
  const other = createRequest({
    model: evidence.receipt.model,
    profile: 'onnx-exact-1',
    salt: new Uint8Array(32),
    inputs: [vector('x', 1, 2, 3)],
  });
  assert.notEqual(requestDigest(other), evidence.receipt.request);
  refutes(verify({ ...evidence, request: other }, trust()), 'integrity', 'request-digest');
});

test('refuses a manifest of another model, and one whose publisher did not sign it', () => {
  const evidence = scene();
  const signed = evidence.manifest as NonNullable<Evidence['manifest']>;
  refutes(
    verify(
      { ...evidence, manifest: { ...signed, manifest: { ...signed.manifest, title: 'Triples' } } },
      trust(),
    ),
    'model',
    'manifest',
  );
});

test('a trace that does not end in the response is refused even when the receipt names it', () => {
  const lie = scene({ trace: true });
  const other = scene({ answer: [5, 5, 5], trace: true });
  const mixed = scene({ body: { trace: other.receipt.trace } });
  refutes(verify({ ...mixed, trace: other.trace as never }, trust()), 'integrity', 'trace-output');
  assert.equal(isRefuted(verify(lie, trust())), false);
});

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
