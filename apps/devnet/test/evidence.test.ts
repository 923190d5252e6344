import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { utf8 } from '@isobit/core';
import { networkId, openGenesis } from '@isobit/receipt';
import { propertyRuns, repositoryPath } from '@isobit/testing';
import { judge, verify } from '@isobit/verify';
import fc, { type Stream } from 'fast-check';
import { isobit } from './isobit.ts';
import { jsonLeaves } from './json-leaves.ts';
import { createScene, type Scene } from './scene.ts';

/** Where the random changes begin: that of a run that failed is in its message, and is given again in ISOBIT_SEED. */
const SEED = Number(process.env['ISOBIT_SEED'] ?? Date.now() % 2 ** 31);

describe('an evidence file of a real run', () => {
  let scene: Scene;
  let home: string;
  let text: string;
  const random = fc.sample(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), {
    seed: SEED,
    numRuns: 1,
  })[0] as Stream<number>;
  /** A number from 0 to below `n`. */
  const pick = (n: number): number => Math.floor((random.next().value as number) * n);
  const path = (name: string): string => join(scene.dir, name);

  before(async () => {
    scene = await createScene();
    const worker = await scene.addWorker({ name: 'worker' });
    home = path('home');
    const input = repositoryPath('models/digits/examples/seven.png');
    const { http } = scene.first;
    const question = ['run', 'digits', '--input', input, '--trace', '--witnesses', '1', '--node', http];
    const out = path('seven.isobit.json');
    const ran = await isobit([...question, '--out', out], { home });
    assert.equal(ran.code, 0, ran.stderr);
    text = await readFile(out, 'utf8');
    assert.ok(worker.signing);
  });
  after(() => scene[Symbol.asyncDispose]());

  const verdictOf = (evidence: string) =>
    verify(utf8(evidence), { network: networkId(openGenesis), now: Date.now() });

  /** One character of a value becomes another one of its kind, as a forger would choose it. */
  function changed(at: number): string {
    const old = text[at] as string;
    const alphabet = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find(
      (set) => set.includes(old),
    );
    const others = [...(alphabet ?? 'xyz')].filter((character) => character !== old);
    return text.slice(0, at) + others[pick(others.length)] + text.slice(at + 1);
  }
  const somewhereIn = ({ start, end }: { start: number; end: number }): number => start + pick(end - start);

  test('holds everything that can be disclosed, and holds', () => {
    const names = Object.keys(JSON.parse(text));
    const all = ['isobit', 'log', 'manifest', 'receipt', 'request', 'response', 'trace'];
    assert.deepEqual(names.sort(), all);
    assert.equal(judge(verdictOf(text), ['integrity', 'signer', 'log', 'model', 'usage']), 'holds');
  });

  test('is refuted when one character of any value is another', () => {
    const leaves = jsonLeaves(text);
    assert.ok(leaves.length > 100);
    for (const leaf of leaves) isRefuted(somewhereIn(leaf), leaf.path);
    for (let run = 0; run < propertyRuns(200); run++) {
      const leaf = leaves[pick(leaves.length)] as (typeof leaves)[number];
      isRefuted(somewhereIn(leaf), leaf.path);
    }
  });

  function isRefuted(at: number, where: string): void {
    const forged = changed(at);
    const verdict = verdictOf(forged);
    assert.equal(
      judge(verdict, ['integrity']),
      'refuted',
      `${where}: "${text.slice(at - 20, at + 20)}" became "${forged.slice(at - 20, at + 20)}" (ISOBIT_SEED=${SEED})`,
    );
  }

  test('the command line says 0 of the file, and 1 of each forgery', async () => {
    const file = path('seven.isobit.json');
    const whole = await isobit(['verify', file], { home });
    assert.equal(whole.code, 0, whole.stdout + whole.stderr);
    const members = ['isobit', 'log', 'manifest', 'receipt', 'request', 'response', 'trace'];
    const leaves = jsonLeaves(text);
    for (const [i, member] of members.entries()) {
      const leaf = leaves.filter((one) => one.path.split('.')[0] === member).at(-1);
      const forged = path(`forged-${i}.isobit.json`);
      await writeFile(forged, changed(somewhereIn(leaf as (typeof leaves)[number])));
      const { code, stdout } = await isobit(['verify', forged, '--replay', 'never'], { home });
      assert.equal(code, 1, `${member}: ${stdout}`);
      assert.match(stdout, /refuted/);
    }
  });
});
