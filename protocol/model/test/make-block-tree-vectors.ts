import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryPath } from '@isobit/testing';
import { blockTreeVectors } from './block-tree-vectors.ts';

/** Writes specs/vectors/block-tree anew. */
const folder = repositoryPath('specs/vectors/block-tree');
rmSync(folder, { recursive: true, force: true });
for (const [name, vector] of blockTreeVectors()) {
  const path = join(folder, `${name}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(vector, undefined, 2)}\n`);
}
