import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { defaultHttpPort } from '@isobit/node';
import { chromiumPath, need, repositoryPath } from '@isobit/testing';
import { openPage } from '@isobit/web';
import { chromium } from 'playwright-core';
import { createOperator, type Fault, type NodeProcess, spawnNode } from '../src/index.ts';
import { buildFolder, type PageServer, servePage } from './built-page.ts';
import { isobit, type Ran, startIsobit } from './isobit.ts';
import { packedApp } from './packed-app.ts';
import { installPacked, type PackedProject } from './packed-project.ts';
import { QUIET } from './quiet-browser.ts';
import { portsOfStory } from './told-story.ts';
import { undeclaredImports } from './undeclared-imports.ts';

/** A page's part for the client, and what the receipt page, the shipped models and the kernels take of the rest. */
const MOST_BYTES = { '@isobit/client': 60_000, '@isobit/web': 400_000, isobit: 8_000_000 };
const OTHERS_BYTES = 500_000;

const clients = need('clients');

describe('packages as npm packs them', () => {
  let project: PackedProject;
  let page: PageServer;
  let served: NodeProcess;
  let home: string;
  before(async () => {
    // With other people's clients within reach where they are installed.
    project = await installPacked(['isobit'], clients.skip ? undefined : repositoryPath('compatibility'));
    home = project.path('home');
    await project.write(packedApp);
    page = await servePage();
    served = await serve('honest');
  });
  after(async () => {
    await served[Symbol.asyncDispose]();
    await page[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });
  /** A node with the storyteller, which the page may ask. */
  async function serve(name: string, fault?: Fault): Promise<NodeProcess> {
    const http = { host: '127.0.0.1', port: 0 };
    const node = await spawnNode({
      options: { dataDir: project.path(name), http, origins: [page.origin] },
      ...(fault ? { fault } : {}),
    });
    const folder = repositoryPath('models/storyteller');
    await createOperator(node).publishFolder(folder, 'storyteller', 'storyteller-q8_0.gguf');
    return node;
  }
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

  test('an app asks through the AI SDK and LangChain', clients, async () => {
    const tsc = repositoryPath('node_modules/typescript/bin/tsc');
    await project.node(tsc, '-p', project.path('tsconfig.frameworks.json'));
    const { stdout } = await project.node('run-frameworks.js', served.http);
    const [text, content, ...verdicts] = JSON.parse(stdout);
    assert.match(text, /^Once upon a time/);
    assert.equal(content, text);
    for (const { execution } of verdicts) assert.equal(execution, 'verified');
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
    const output = await buildFolder(project.folder);
    const chunks = output.filter((each) => each.type === 'chunk');
    const entry = chunks.find(({ isEntry }) => isEntry);
    const first = chunks.filter(
      ({ fileName }) => entry && [entry.fileName, ...entry.imports].includes(fileName),
    );
    const bytes = gzipSync(first.map(({ code }) => code).join('')).length;
    assert.ok(bytes > 10_000 && bytes <= 60_000, `${bytes} bytes as gzip`);
  });

  test(
    'the example page asks through the openai package, and shows no word of a worker that lies',
    need('clients', 'chromium'),
    async (t) => {
      await cp(repositoryPath('examples/openai-page'), project.path('example'), { recursive: true });
      page.show(await buildFolder(project.path('example')));
      const liar = await serve('liar', { kind: 'lie' });
      t.after(() => liar[Symbol.asyncDispose]());
      const executablePath = chromiumPath();
      const browser = await chromium.launch({ args: QUIET, ...(executablePath ? { executablePath } : {}) });
      t.after(() => browser.close());
      const tab = await browser.newPage();
      tab.setDefaultTimeout(60_000);
      const text = async (selector: string): Promise<string> =>
        (await tab.locator(selector).textContent()) ?? '';
      const ask = async (node: NodeProcess): Promise<void> => {
        await tab.goto(`${page.origin}/?node=${node.http}`);
        await tab.getByRole('button', { name: 'Ask' }).click();
        await tab.locator('[data-claim=execution]').waitFor();
      };
      await ask(served);
      assert.match(await text('[data-claim=execution]'), /verified/);
      assert.ok((await text('#words')).length > 0);
      await ask(liar);
      assert.match(await text('[data-claim=execution]'), /refuted/);
      await tab.locator('#problem', { hasText: 'withheld' }).waitFor();
      assert.equal(await text('#words'), '');
    },
  );

  // Three nodes with their engines, on however few cores there are.
  const slow = { timeout: 280_000 };
  test(
    'the installed isobit up --once ends with 0, and takes other ports than one that is busy',
    slow,
    async (t) => {
      const busy = createServer();
      // Somebody else may hold it, which is as good.
      await new Promise<void>((resolve) => {
        busy.once('error', () => resolve()).listen(defaultHttpPort, '127.0.0.1', resolve);
      });
      t.after(() => busy.close());
      const around = { home: project.path('up'), cwd: project.folder, program: program() };
      await using up = startIsobit(['up', '--once', '--nodes', '2'], around);
      assert.equal(await up.exited, 0, up.lines.join('\n'));
      assert.ok(!portsOfStory(up.lines, 2).includes(String(defaultHttpPort)));
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
