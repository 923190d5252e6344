import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { repositoryPath } from '@isobit/testing';
import { createOperator, spawnNode } from '../src/index.ts';

const run = promisify(execFile);
const node = (cwd: string, ...args: readonly string[]) => run(process.execPath, args, { cwd });

/** An app that knows nothing of this repository: it asks as the `openai` package would, by `fetch`. */
const APP = `
import { AnswerError, createClient, type CheckedAnswer } from '@isobit/client';

export async function ask(baseUrl: string): Promise<{ text: string; answers: CheckedAnswer[] }> {
  const answers: CheckedAnswer[] = [];
  const client = createClient({ baseUrl, check: 'replay', onAnswer: (answer) => answers.push(answer) });
  const response = await client.fetch(baseUrl + '/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({
      model: 'storyteller',
      messages: [{ role: 'user', content: 'Tell me a story about a cat.' }],
      max_tokens: 16,
      temperature: 0,
    }),
  });
  const body = (await response.json()) as { choices: { message: { content: string } }[] };
  return { text: body.choices[0]?.message.content ?? '', answers };
}
export const isRefusal = (error: unknown): boolean => error instanceof AnswerError;
`;

const RUN = `
import { ask } from './app.js';
const { text, answers } = await ask(process.argv[2]);
const [{ verdict, holds }] = answers;
const { status } = verdict.claims.find(({ claim }) => claim === 'execution');
console.log(JSON.stringify({ text, holds, execution: status }));
`;

const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'esnext',
  lib: ['esnext', 'dom', 'dom.iterable'],
  types: [],
  outDir: '.',
};

describe('the client as npm packs it', () => {
  let project: string;
  before(async () => {
    // Within the repository, so that what the packages need of others is found where it was installed.
    const cache = repositoryPath('node_modules/.cache');
    await mkdir(cache, { recursive: true });
    project = await mkdtemp(join(cache, 'packed-'));
    await node(project, repositoryPath('scripts/pack.ts'), '@isobit/client', '--out', project);
    const scope = join(project, 'node_modules/@isobit');
    for (const tarball of (await readdir(project)).filter((name) => name.endsWith('.tgz'))) {
      const name = tarball.replace(/^isobit-(.*)-\d.*$/, '$1');
      await mkdir(join(scope, name), { recursive: true });
      await run('tar', ['-xzf', join(project, tarball), '-C', join(scope, name), '--strip-components=1']);
    }
    await writeFile(join(project, 'package.json'), '{"type":"module"}');
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
    await writeFile(join(project, 'app.ts'), APP);
    await writeFile(join(project, 'run.js'), RUN);
  });
  after(() => rm(project, { recursive: true, force: true }));

  test('holds JavaScript and declarations, no TypeScript and no tests', async () => {
    const files = await readdir(join(project, 'node_modules/@isobit'), { recursive: true });
    assert.ok(files.includes('client/src/index.js') && files.includes('client/src/index.d.ts'));
    const others = files.filter((name) => /(^|\/)test\/|(?<!\.d)\.ts$/.test(name));
    assert.deepEqual(others, []);
  });

  test('an app in an empty project compiles against it, asks, and gets an answer that was run again', async (t) => {
    await node(project, repositoryPath('node_modules/typescript/bin/tsc'), '-p', project);
    const served = await spawnNode({
      options: { dataDir: join(project, 'data'), http: { host: '127.0.0.1', port: 0 } },
    });
    t.after(() => served[Symbol.asyncDispose]());
    await createOperator(served).publishFolder(
      repositoryPath('models/storyteller'),
      'storyteller',
      'storyteller-q8_0.gguf',
    );
    const { stdout } = await node(project, 'run.js', served.http);
    const { text, holds, execution } = JSON.parse(stdout);
    assert.match(text, /^Once upon a time/);
    assert.deepEqual({ holds, execution }, { holds: true, execution: 'verified' });
  });

  test('a page that Vite builds of it stays small until it runs something again', async () => {
    const { build } = await import('vite');
    await writeFile(join(project, 'index.html'), '<script type="module" src="/page.js"></script>');
    await writeFile(
      join(project, 'page.js'),
      "import { createClient } from '@isobit/client';\nconsole.log(createClient({ baseUrl: location.origin }));\n",
    );
    const built = await build({
      root: project,
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
});
