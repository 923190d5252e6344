import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repositoryPath } from './paths.ts';

/** One file below specs/vectors. */
export interface Vector<T = unknown> {
  /** The file's name without `.json`. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly value: T;
}

export interface Vectors<Valid = unknown, Invalid = Valid> {
  readonly valid: readonly Vector<Valid>[];
  readonly invalid: readonly Vector<Invalid>[];
}

/**
 * Reads `specs/vectors/<name>/{valid,invalid}/*.json`. Given a test's `import.meta.url`, the name is
 * the test file's own: `receipt` for `receipt.test.ts`. The types are what the caller says they are.
 * Throws where either folder holds no vector, lest a test pass over nothing.
 */
export function vectors<Valid = unknown, Invalid = Valid>(
  nameOrUrl: string,
  root: string = repositoryPath('specs/vectors'),
): Vectors<Valid, Invalid> {
  const name = basename(nameOrUrl).replace(/(\.long)?\.test\.ts$/, '');
  return {
    valid: read<Valid>(join(root, name, 'valid')),
    invalid: read<Invalid>(join(root, name, 'invalid')),
  };
}

function read<T>(folder: string): Vector<T>[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  if (files.length === 0) throw new Error(`${folder} holds no vector: add one, as CONTRIBUTING.md tells`);
  return files.sort().map((file) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    return { name: basename(file, '.json'), path, text, value: parse<T>(path, text) };
  });
}

function parse<T>(path: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new Error(`${path} is no JSON: a vector wraps what is not JSON in a string`, { cause });
  }
}
