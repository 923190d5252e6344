import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { defaultHttpPort } from '@isobit/node';
import { repositoryPath } from '@isobit/testing';
import { openPage } from '@isobit/web';
import { createOperator, type NodeProcess, spawnNode } from '../src/index.ts';
import { isobit, type Ran, startIsobit } from './isobit.ts';
import { packedApp } from './packed-app.ts';
import { installPacked, type PackedProject } from './packed-project.ts';
import { undeclaredImports } from './undeclared-imports.ts';

/** A page's part for the client, and what the receipt page, the shipped models and the kernels take of the rest. */
const MOST_BYTES = { '@isobit/client': 60_000, '@isobit/web': 400_000, isobit: 8_000_000 };
const OTHERS_BYTES = 500_000;

describe('packages as npm packs them', () => {
  let project: PackedProject;
  let served: NodeProcess;
  let home: string;
  before(async () => {
    project = await installPacked(['isobit']);
    home = project.path('home');
    await project.write(packedApp);
    served = await spawnNode({
      options: { dataDir: project.path('data'), http: { host: '127.0.0.1', port: 0 } },
    });
    await createOperator(served).publishFolder(
      repositoryPath('models/storyteller'),
      'storyteller',
      'storyteller-q8_0.gguf',
    );
  });
  after(async () => {
    await served[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });
  const program = (): string[] => [project.path('node_modules/isobit/bin/isobit.mjs')];
  const installed = (...args: readonly string[]): Promise<Ran> =>
    isobit(args, { home, cwd: project.folder, program: program() });

  test('hold JavaScript and declarations, no TypeScript and no tests', async () => {
    const files = await readdir(project.path('node_modules'), { recursive: true });
    for (const name of ['@isobit/client/src/index', '@isobit/devnet/src/index', 'isobit/src/main'])
      assert.ok(files.includes(`${name}.js`) && files.includes(`${name}.d.ts`), name);
    const others = files.filter((name) => /(^|\/)test\/|(?<!\.d)\.ts$/.test(name));
    assert.deepEqual(others, []);
  });

  test('declare all that they import, and name no package of ours that was not packed', async (t) => {
    assert.deepEqual(await undeclaredImports(project.path('node_modules')), []);
    // What the check is for: one that resolves here, and nowhere else.
    const file = project.path('node_modules/@isobit/core/src/stray.js');
    t.after(() => rm(file));
    await writeFile(file, "import 'undici';\nawait import('@isobit/testing');\n");
    assert.deepEqual(await undeclaredImports(project.path('node_modules')), [
      '@isobit/core/src/stray.js: undici',
      '@isobit/core/src/stray.js: @isobit/testing',
    ]);
  });

  test('are small', () => {
    const most = new Map(Object.entries(MOST_BYTES));
    for (const [name, bytes] of project.sizes)
      assert.ok(bytes <= (most.get(name) ?? OTHERS_BYTES), `${name}: ${bytes} bytes`);
  });

  test('an app in an empty project asks, and its evidence convinces the installed command', async () => {
    await project.node(repositoryPath('node_modules/typescript/bin/tsc'), '-p', project.folder);
    const file = project.path('cat.isobit.json');
    const { stdout } = await project.node('run.js', served.http, file);
    const { text, holds, execution } = JSON.parse(stdout);
    assert.match(text, /^Once upon a time/);
    assert.deepEqual({ holds, execution }, { holds: true, execution: 'verified' });
    const judged = await installed('verify', file, '--from', served.http);
    assert.equal(judged.code, 0, judged.stderr);
    assert.match(judged.stdout, /execution +verified +replay/);
    const evidence = await readFile(file, 'utf8');
    await writeFile(file, evidence.replace('Once upon a time', 'Once upon a tile'));
    const altered = await installed('verify', file, '--from', served.http);
    assert.equal(altered.code, 1, altered.stdout + altered.stderr);
    assert.match(altered.stdout, /integrity +refuted/);
  });

  test('the installed command says its version, its help, and what is missing', async () => {
    const { version } = JSON.parse(await readFile(repositoryPath('apps/cli/package.json'), 'utf8'));
    assert.equal((await installed('--version')).stdout.trim(), version);
    assert.match((await installed('help')).stdout, /^ {2}up +a network of nodes on this machine/m);
    const { code, stdout } = await installed('doctor');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /✓ known text +right to the last bit/);
    assert.doesNotMatch(stdout, /npm run|npm ci/, 'what mends a clone');
  });

  test('a page that Vite builds of the client stays small until it runs something again', async () => {
    const { build } = await import('vite');
    const built = await build({
      root: project.folder,
      configFile: false,
      logLevel: 'error',
      build: { write: false },
    });
    const { output } = built as {
      output: { type: string; fileName: string; isEntry?: boolean; code?: string; imports?: string[] }[];
    };
    const entry = output.find(({ isEntry }) => isEntry);
    const first = output.filter(
      ({ fileName }) => entry && [entry.fileName, ...(entry.imports ?? [])].includes(fileName),
    );
    const bytes = gzipSync(first.map(({ code }) => code ?? '').join('')).length;
    assert.ok(bytes > 10_000 && bytes <= 60_000, `${bytes} bytes as gzip`);
  });

  // Two networks of four nodes with their engines, on however few cores there are.
  const slow = { timeout: 280_000 };
  test(
    'isobit up --once, of a clone and installed at the same time, beside a busy port: each ends with 0 and has ports of its own',
    slow,
    async (t) => {
      const homes = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), 'isobit-home-'))));
      t.after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));
      const busy = createServer();
      // Somebody else may hold it, which is as good.
      await new Promise<void>((resolve) => {
        busy.once('error', () => resolve()).listen(defaultHttpPort, '127.0.0.1', resolve);
      });
      t.after(() => busy.close());
      const both = homes.map((home, each) =>
        startIsobit(['up', '--once'], {
          home,
          ...(each === 0 ? {} : { cwd: project.folder, program: program() }),
        }),
      );
      t.after(() => Promise.all(both.map((one) => one[Symbol.asyncDispose]())));
      const codes = await Promise.all(both.map(({ exited }) => exited));
      assert.deepEqual(codes, [0, 0], both.flatMap(({ lines }) => lines).join('\n'));
      const ports = both.map(({ lines }) =>
        lines.flatMap((line) =>
          (/(?:node \d|liar) +0x[0-9a-f]{40} +http:\/\/127\.0\.0\.1:(\d+)$/.exec(line) ?? []).slice(1),
        ),
      );
      for (const own of ports) assert.equal(new Set(own).size, 4, 'three nodes and a liar');
      // The liar of one may come when the other has ended.
      assert.equal(new Set(ports.flatMap((own) => own.slice(0, 3))).size, 6);
      assert.ok(!ports.flat().includes(String(defaultHttpPort)));
      for (const { lines } of both) {
        const story = lines.join('\n');
        assert.match(story, /^ +\d+\.\d s {2}3 nodes are up/m);
        assert.match(story, /ran it again: every bit is the same$/m);
        assert.match(story, /its answer is refused: it is signed, and not what the model gives$/m);
        assert.match(
          story,
          /first difference: scores\[\d\] is [\d.e-]+ in the answer, [\d.e-]+ when run again$/m,
        );
        assert.match(story, /first differing operator: scores \(Softmax\)/);
      }
    },
  );

  test('the receipt page comes built, as a clone builds it, and a damaged one is refused', async () => {
    const cacheDir = repositoryPath('node_modules/.cache/isobit/page');
    const opened = async (): Promise<string> => (await project.node('open.js')).stdout.trim();
    assert.equal(await opened(), (await openPage({ cacheDir })).sha256);
    await writeFile(
      project.path('node_modules/@isobit/web/page/isobit-receipt.html'),
      '<script>evil</script>',
    );
    assert.match(await opened(), /absent or damaged: install @isobit\/web again/);
  });
});
