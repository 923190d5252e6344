import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { builds } from '../src/build.ts';
import { hashingPath, wasmPath } from '../src/wasm-path.ts';
import { type Compiled, compileHashing, compileKernels } from './compiler/compile.ts';
import { digestsText } from './compiler/digests-text.ts';

/* Writes the binaries and their digests: `node engines/kernels/test/make-wasm.ts [--text FOLDER]`. */

const { values } = parseArgs({ options: { text: { type: 'string' } } });

const found = builds.map((build) => [build, write(build, wasmPath(build), compileKernels(build))] as const);
const hashing = write('hashing', hashingPath(), compileHashing());
writeFileSync(resolve(import.meta.dirname, '../src/digests.ts'), digestsText(found, hashing));

function write(name: string, path: string, { bytes, text }: Compiled): string {
  writeFileSync(path, bytes);
  if (values.text) writeFileSync(join(values.text, `${name}.wat`), text());
  console.log(`${name}: ${bytes.length} bytes`);
  return createHash('sha256').update(bytes).digest('hex');
}
