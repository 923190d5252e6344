import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Target } from './run-target.ts';

const CLOSED = new Set(['node_modules', 'dist', 'fixtures']);

/** Every `test/*.fuzz.ts` below `root`, as relative paths in order. */
export function findFuzzFiles(root: string): string[] {
  const exclude = (path: string) => path.startsWith('.') || CLOSED.has(path.split('/').at(-1) ?? '');
  return globSync('**/test/**/*.fuzz.ts', { cwd: root, exclude }).sort();
}

/** Targets of one file by name. */
export async function loadTargets(root: string, file: string): Promise<Readonly<Record<string, Target>>> {
  const { targets } = (await import(pathToFileURL(join(root, file)).href)) as {
    targets?: Record<string, Target>;
  };
  if (!targets) throw new Error(`${file} exports no "targets": see CONTRIBUTING.md`);
  return targets;
}
