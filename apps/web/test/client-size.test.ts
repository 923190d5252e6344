import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { repositoryPath } from '@isobit/testing';
import { build, type Rolldown } from 'vite';

/** What a page of somebody else's loads before it asks anything. */
test('the client takes at most 60 KB of a page, and no engine with it', async (t) => {
  const dir = await mkdtemp(join(repositoryPath('apps/web/test'), '.client-'));
  t.after(() => rm(dir, { recursive: true }));
  const entry = join(dir, 'entry.ts');
  await writeFile(
    entry,
    "import { createClient } from '@isobit/client';\nconsole.log(createClient({ baseUrl: location.origin }).fetch);\n",
  );
  const { output } = (await build({
    configFile: false,
    envDir: false,
    root: dir,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        treeshake: { moduleSideEffects: (id) => !/\/(protocol|engines|actors)\//.test(id) },
      },
    },
  })) as Rolldown.RolldownOutput;
  const first = output.find((each) => each.type === 'chunk' && each.isEntry) as Rolldown.OutputChunk;
  const chunks = new Map(output.flatMap((each) => (each.type === 'chunk' ? [[each.fileName, each]] : [])));
  const loaded = [first.code, ...first.imports.map((name) => chunks.get(name)?.code ?? '')].join('\n');
  const bytes = gzipSync(loaded).length;
  assert.ok(bytes <= 60_000, `${bytes} bytes as gzip`);
  const engines = Object.keys(first.modules).filter((id) =>
    /onnxruntime|\/engines\/exact\/src\/(onnx|llm\/engine)\//.test(id),
  );
  assert.deepEqual(engines, []);
});
