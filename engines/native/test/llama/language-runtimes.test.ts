import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { ModelSource } from '@isobit/exact';
import { languageRuntimeSuite } from '@isobit/exact/testing';
import { entryFile } from '@isobit/model';

/** Imported when a test runs: without the native engines even finding them fails. */
const native = () => import('../../src/index.ts');

const folder = mkdtempSync(join(tmpdir(), 'isobit-llama-'));
after(() => rmSync(folder, { recursive: true }));

const place = (source: ModelSource): ModelSource => ({
  ...source,
  read: () => Promise.reject(new Error('the process reads the file itself')),
  async locate(path) {
    const file = join(folder, entryFile(source.manifest).root);
    writeFileSync(file, await source.read(path));
    return file;
  },
});

const options = { readRoots: [folder], memoryMiB: 512 };

languageRuntimeSuite('llama.cpp in WebAssembly, in an engine process', ['native'], async () =>
  (await native()).createLlamaWasm(options),
);

languageRuntimeSuite(
  'llama.cpp, native, in an engine process',
  ['native'],
  async () => (await native()).createLlamaNative({ ...options, allow: () => true }),
  { exact: false, place },
);
