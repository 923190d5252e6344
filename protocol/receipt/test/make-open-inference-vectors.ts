import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryPath } from '@isobit/testing';
import { openInference, openInferenceOperations } from './vectors/open-inference.ts';

/** Writes specs/vectors/open-inference: `node protocol/receipt/test/make-open-inference-vectors.ts`, after a change of its spec. */

/** Text of each file by its path below specs/vectors/open-inference. */
export function makeOpenInferenceVectors(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, vector] of Object.entries(openInference.valid)) {
    const expected = openInferenceOperations[vector.kind]?.(vector);
    files.set(`valid/${name}.json`, `${JSON.stringify({ ...vector, expected }, null, 2)}\n`);
  }
  for (const [name, vector] of Object.entries(openInference.invalid)) {
    files.set(`invalid/${name}.json`, `${JSON.stringify(vector, null, 2)}\n`);
  }
  return files;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = repositoryPath('specs/vectors/open-inference');
  rmSync(root, { recursive: true, force: true });
  for (const [path, content] of makeOpenInferenceVectors()) {
    const file = join(root, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  }
}
