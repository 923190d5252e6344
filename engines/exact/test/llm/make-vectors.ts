import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryPath } from '@isobit/testing';
import { functions } from './cases/functions.ts';
import { invalidModels, models } from './cases/models.ts';
import { operators } from './cases/operators.ts';
import { invalidSamples, samples } from './cases/sampler.ts';
import { weights } from './cases/weights.ts';
import { operations } from './vectors.ts';

/** Writes specs/vectors/profile-llm-exact-1: `node engines/exact/test/llm/make-vectors.ts`. */

export const TERM = 'profile-llm-exact-1';

const valid = { ...weights, ...functions, ...operators, ...samples, ...models };
const invalid = { ...invalidModels, ...invalidSamples };

/** Text of each file by its path below specs/vectors. */
export async function makeVectors(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [name, vector] of Object.entries(valid)) {
    const whole = { ...vector, expected: await operations[vector.kind](vector) };
    files.set(`${TERM}/valid/${name}.json`, `${JSON.stringify(whole, null, 2)}\n`);
  }
  for (const [name, vector] of Object.entries(invalid))
    files.set(`${TERM}/invalid/${name}.json`, `${JSON.stringify(vector, null, 2)}\n`);
  return files;
}

if (import.meta.main) {
  const root = repositoryPath('specs/vectors');
  rmSync(join(root, TERM), { recursive: true, force: true });
  for (const [path, text] of await makeVectors()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
