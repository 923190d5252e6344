import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const CLOSED = new Set(['node_modules', 'dist', 'fixtures']);
// Whole-process tests are the longest, and wait most: started last they would run alone at the end.
const FIRST = ['apps/devnet/', 'apps/', 'actors/', 'engines/'];

/** Test files below `root` as relative paths, in the order in which they are to start. */
export function discover(root: string, long: boolean, filters: readonly string[]): string[] {
  return walk(root)
    .map((file) => relative(root, file))
    .filter((file) => /(^|\/)test\/.*\.test\.ts$/.test(file))
    .filter((file) => file.endsWith('.long.test.ts') === long)
    .filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function* entries(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || CLOSED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* entries(path);
    else if (entry.isFile()) yield path;
  }
}

function walk(root: string): string[] {
  return [...entries(root)];
}

function rank(file: string): number {
  const at = FIRST.findIndex((folder) => file.startsWith(folder));
  return at < 0 ? FIRST.length : at;
}
