import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { builds } from '../src/build.ts';
import { wasmPath } from '../src/wasm-path.ts';
import { compileKernels } from './compiler/compile.ts';
import { digestsText } from './compiler/digests-text.ts';

/* Writes the binaries and their digests: `node engines/kernels/test/make-wasm.ts [--text FOLDER]`. */

const { values } = parseArgs({ options: { text: { type: 'string' } } });

const found = builds.map((build) => {
  const compiled = compileKernels(build);
  writeFileSync(wasmPath(build), compiled.bytes);
  if (values.text) writeFileSync(join(values.text, `${build}.wat`), compiled.text());
  console.log(`${build}: ${compiled.bytes.length} bytes`);
  return [build, createHash('sha256').update(compiled.bytes).digest('hex')] as const;
});
writeFileSync(resolve(import.meta.dirname, '../src/digests.ts'), digestsText(found));
