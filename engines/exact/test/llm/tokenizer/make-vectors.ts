import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryPath } from '@isobit/testing';
import { invalid } from './vectors/invalid.ts';
import { operations } from './vectors/operations.ts';
import { valid } from './vectors/valid.ts';

/** Writes specs/vectors/tokenizer: `node engines/exact/test/llm/tokenizer/make-vectors.ts`. */

export const TERM = 'tokenizer';

/** Text of each file by its path below specs/vectors. */
export function makeVectors(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, vector] of Object.entries(valid)) {
    const whole = { ...vector, expected: operations[vector.kind](vector) };
    files.set(`${TERM}/valid/${name}.json`, `${JSON.stringify(whole)}\n`);
  }
  for (const [name, vector] of Object.entries(invalid))
    files.set(`${TERM}/invalid/${name}.json`, `${JSON.stringify(vector)}\n`);
  return files;
}

if (import.meta.main) {
  const root = repositoryPath('specs/vectors');
  rmSync(join(root, TERM), { recursive: true, force: true });
  for (const [path, text] of makeVectors()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
