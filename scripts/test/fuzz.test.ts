import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { findFuzzFiles, loadTargets } from '../fuzz/find-targets.ts';
import { mutate } from '../fuzz/mutate.ts';
import { parseOptions } from '../fuzz/options.ts';
import { createRandom, seedFor } from '../fuzz/random.ts';
import { runTarget } from '../fuzz/run-target.ts';
import { runWatched } from '../fuzz/run-watched.ts';
import { targets as bad } from './bad-targets.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BAD = 'scripts/test/bad-targets.ts';
const short = { seed: 1, count: 400, milliseconds: 10_000 };

for (const file of findFuzzFiles(ROOT)) {
  test(`${file}: a short run finds nothing`, async () => {
    for (const [name, target] of Object.entries(await loadTargets(ROOT, file))) {
      const { finding } = await runTarget(target, { ...short, seed: seedFor(1, name) });
      assert.equal(
        finding,
        undefined,
        `${name}: ${finding?.text}\ninput ${Buffer.from(finding?.input ?? [])
          .toString('hex')
          .slice(0, 2_000)}`,
      );
    }
  });
}

test('a decoder that refuses by coded errors is well', async () => {
  const report = await runTarget(bad.good, short);
  assert.equal(report.finding, undefined);
  assert.equal(report.runs, 401);
  assert.equal(report.answers, 2);
});

for (const [name, text] of [
  ['throws', /TypeError: a bracket/],
  ['throws-later', /SyntaxError/],
  ['throws-text', /threw a text/],
] as const) {
  test(`a decoder that ${name} is found with its input`, async () => {
    const { finding } = await runTarget(bad[name], short);
    assert.equal(finding?.kind, 'error');
    assert.match(finding?.text ?? '', text);
    await assert.rejects(async () => bad[name].run(finding?.input ?? new Uint8Array(0)));
  });
}

test('a slow run is found', async () => {
  const { finding, runs } = await runTarget(bad.slow, { ...short, slow: 20 });
  assert.deepEqual([finding?.kind, runs], ['slow', 1]);
});

test('memory that is kept is found', async () => {
  const { finding } = await runTarget(bad.keeps, { ...short, count: 300 });
  assert.equal(finding?.kind, 'memory');
});

test('a run that never ends is found with its input', async () => {
  const { finding } = await runWatched({ ...short, root: ROOT, file: BAD, name: 'hangs', hang: 300 });
  assert.equal(finding?.kind, 'hang');
  assert.notEqual(finding?.input.length, 7);
});

test('a thread gives the same report as a call', async () => {
  const report = await runWatched({ ...short, root: ROOT, file: BAD, name: 'good' });
  assert.deepEqual(report, await runTarget(bad.good, short));
  await assert.rejects(runWatched({ ...short, root: ROOT, file: BAD, name: 'none' }), /has no target none/);
});

test('the same seed gives the same inputs, even to a decoder that spoils them', async () => {
  const inputs = async (seed: number, name: 'good' | 'keeps-input') => {
    const seen: string[] = [];
    await runTarget(bad[name], {
      ...short,
      seed,
      count: 50,
      onInput: (input) => seen.push(Buffer.from(input).toString('hex')),
    });
    return seen;
  };
  assert.deepEqual(await inputs(7, 'good'), await inputs(7, 'good'));
  assert.notDeepEqual(await inputs(7, 'good'), await inputs(8, 'good'));
  assert.equal((await inputs(7, 'keeps-input'))[0], Buffer.from('{"a":1}').toString('hex'));
});

test('mutations neither change their corpus nor grow without bound', () => {
  const random = createRandom(3);
  const corpus = [new Uint8Array(0), new Uint8Array(60_000).fill(1), Uint8Array.of(1, 2, 3)];
  for (let i = 0; i < 500; i++) assert.ok(mutate(corpus, random).length <= 1 << 16);
  assert.deepEqual(corpus[2], Uint8Array.of(1, 2, 3));
});

test('only files of tests that are named so are fuzzed', () => {
  const files = findFuzzFiles(ROOT);
  assert.ok(files.includes('protocol/core/test/core.fuzz.ts'));
  assert.ok(
    files.every(
      (file) => /(^|\/)test\/(?:[a-z-]+\/)*[a-z-]+\.fuzz\.ts$/.test(file) && !file.includes('node_modules'),
    ),
  );
});

test('options are checked', () => {
  assert.deepEqual(parseOptions(['--seconds', '2', '--seed', '9', 'core', 'cid'], 5), {
    seconds: 2,
    count: Number.MAX_SAFE_INTEGER,
    seed: 9,
    parts: ['core', 'cid'],
  });
  assert.equal(parseOptions([], 5).seed, 5);
  for (const args of [['--seconds', 'x'], ['--count', '-1'], ['--seed', ''], ['--what']])
    assert.throws(() => parseOptions(args, 5));
});

test('the command runs one target and ends well; a wrong option is a usage error', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, 'scripts/fuzz.ts'), ...args], {
      encoding: 'utf8',
      timeout: 60_000,
    });
  const good = run('--seconds', '20', '--count', '50', '--seed', '1', 'core.fuzz', 'printable');
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stdout, /✔ protocol\/core\/test\/core.fuzz.ts printable: 52 runs/);
  assert.equal(run('--seconds', 'x').status, 2);
});
