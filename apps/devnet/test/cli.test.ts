import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { listRunning } from '@isobit/node';
import { need, repositoryPath } from '@isobit/testing';
import { until } from '../src/index.ts';
import { isobit, type Ran, type Running, startIsobit } from './isobit.ts';
import { refusesInTab, toldLie } from './lie-pages.ts';
import { allGone, descendantsOf } from './processes.ts';
import { portsOfStory } from './told-story.ts';

const seven = repositoryPath('models/digits/examples/seven.png');
const NODE_1 = /node 1 +(0x[0-9a-f]{40}) +(http:\/\/127\.0\.0\.1:(\d+))$/;

/** Folders of `up` that exist now. */
const upFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('isobit-up-'));

describe('the README, five minutes', () => {
  let home: string;
  let up: Running;
  let url: string;
  let folders: string[];
  const path = (name: string): string => join(home, name);

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'isobit-home-'));
    folders = upFolders();
    up = startIsobit(['up'], { home });
    await up.line(/^Ctrl-C ends every process\.$/);
    url = (await up.line(NODE_1))[2] as string;
  });
  after(async () => {
    await up[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  /** One command and what it must say; what differs from run to run is in the patterns. */
  async function says(line: string, code: number, ...patterns: readonly RegExp[]): Promise<Ran> {
    const ran = await isobit(line.split(' '), { home });
    const told = ran.stdout + ran.stderr;
    assert.equal(ran.code, code, `isobit ${line}\n${told}`);
    for (const pattern of patterns) assert.match(told, pattern, `isobit ${line}`);
    return ran;
  }

  test('list, show, run, verify', async () => {
    await says(
      'list',
      0,
      /^NAME +ID +SIZE +TASK +HERE +TITLE$/m,
      /^digits:1 +\S+ +\d+ kB .* yes +Handwritten digits$/m,
    );
    await says(
      'show digits',
      0,
      /^names +digits:1$/m,
      /^ {2}image +FP32\[\?,1,28,28\]$/m,
      /^ {2}scores +FP32\[\?,10\]$/m,
      /^ {2}model\.onnx +210 kB +[0-9a-f]{64}$/m,
      /^ {2}0x[0-9a-f]{40} +onnx-exact-1 +free/m,
    );
    const evidence = path('seven.isobit.json');
    await says(
      `run digits --input ${seven} --check replay --out ${evidence}`,
      0,
      /^7 0\.9770 {2}then/m,
      /integrity +verified +signature/,
      /execution +verified +replay +run again here: every bit of the answer is the same/,
      /whether the answer is true: only that this model gives it/,
      /^Evidence: .*seven\.isobit\.json/m,
    );
    await says(`verify ${evidence}`, 0, /log +verified +inclusion/, /execution +verified +replay/);
    await says(`verify ${evidence} --trust 0x${'1'.repeat(40)}`, 1, /signer +refuted/);
    const { stdout } = await says(`verify ${evidence} --json`, 0);
    assert.equal((JSON.parse(stdout) as { isobit: string }).isobit, 'verdict/1');
  });

  test('push, run with a peer, pull, ps, rm', async () => {
    const model = repositoryPath('models/digits/model.onnx');
    await says(
      `push ${model} --name mine`,
      0,
      /^name +mine:1$/m,
      /^run it +isobit run mine:1 --input FILE$/m,
    );
    await until('other nodes to offer it', async () => {
      const { stdout } = await isobit(['show', 'mine', '--json'], { home });
      return (JSON.parse(stdout) as { workers: unknown[] }).workers.length === 3;
    });
    const input = repositoryPath('models/digits/examples/seven.json');
    await says(`run mine --input ${input} --check peer`, 0, /execution +verified +peer/, /independent/);
    await says(
      `pull digits --to ${path('out')}`,
      0,
      /^digits: 215 kB, was here already$/m,
      /wrote .*model\.onnx$/m,
    );
    assert.ok(existsSync(path('out/model.onnx')));
    await says(
      'ps',
      0,
      /^0 running, 0 waiting, room for \d+$/m,
      /^(digits|mine):1 +bagaa\S+ +onnx-exact-1 /m,
    );
    await says('rm mine', 0, /^mine is forgotten here \(\w+\)/m);
  });

  test('log fsck, doctor, and what is asked wrongly', async () => {
    await says(`log fsck ${url}/log`, 0, /^size +\d+ receipts?$/m, /No finding: the files make one tree/);
    await says(
      'doctor',
      0,
      /✓ running node +http:\/\/127\.0\.0\.1:\d+ answers and signs/,
      /^Nothing stands in the way\.$/m,
    );
    await says('run nothing', 2, /no model "nothing" is known here/);
    await says('lst', 2, /did you mean "isobit list"\?/);
    await says(
      `run digits --input ${seven} --check maybe`,
      2,
      /--check is one of none, signature, replay, peer/,
    );
    await says(`verify ${path('no-such-file')}`, 2, /there is no such file/);
    await says('list --node http://127.0.0.1:9', 3, /no node answers at http:\/\/127\.0\.0\.1:9/);
  });

  test('the pages of the lies are served as long as the network is up', async () => {
    for (const what of ['tensors', 'story'] as const) {
      const { page } = await toldLie(up, what);
      const answer = await fetch(page);
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
      const evidence = await fetch(page.replace('/r/', '/evidence/'));
      assert.equal(evidence.status, 200);
    }
  });

  for (const what of ['tensors', 'story'] as const)
    test(`a browser refuses the lie in the ${what}, and stops where it is`, need('chromium'), async () =>
      refusesInTab(await toldLie(up, what)),
    );

  // Three nodes with their engines beside three others, on however few cores there are.
  const slow = { timeout: 280_000 };
  test('up --once beside it ends with 0, and took ports of its own', slow, async (t) => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'isobit-home-'));
    t.after(() => rm(elsewhere, { recursive: true, force: true }));
    const taken = (await listRunning(home)).map(({ http }) => new URL(http).port);
    assert.equal(taken.length, 3);
    await using once = startIsobit(['up', '--once', '--nodes', '2'], { home: elsewhere });
    assert.equal(await once.exited, 0, once.lines.join('\n'));
    assert.equal(new Set([...taken, ...portsOfStory(once.lines, 2)]).size, 6);
  });

  test('Ctrl-C ends every process and leaves no folder', async () => {
    const running = await listRunning(home);
    assert.equal(running.length, 3);
    const mine = upFolders().filter((name) => running.some(({ dataDir }) => dataDir.includes(name)));
    assert.equal(mine.length, 1);
    assert.ok(!folders.includes(mine[0] as string));
    const processes = descendantsOf(up.pid);
    assert.ok(processes.length >= 7, 'the command, three nodes, and what runs their models');
    up.interrupt();
    assert.equal(await up.exited, 0);
    assert.ok(running.every(({ pid }) => processes.includes(pid)));
    await allGone(processes);
    assert.ok(!upFolders().includes(mine[0] as string));
    assert.deepEqual(await listRunning(home), []);
    const { code, stderr } = await isobit(['list'], { home });
    assert.equal(code, 3);
    assert.match(stderr, /no node/i);
  });
});
