import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryPath } from '@isobit/testing';
import { invalid, valid } from './cases.ts';
import { operations } from './operations.ts';

/** Writes specs/vectors/chat-template: `node engines/exact/test/llm/chat/make-vectors.ts`. */

export const TERM = 'chat-template';

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
