import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Package {
  readonly name: string;
  readonly folder: string;
  /** What its package.json declares: dependencies, optional and peer ones. */
  readonly declared: ReadonlySet<string>;
  readonly declaredForTests: ReadonlySet<string>;
  /** Source files as paths from the root. */
  readonly files: readonly string[];
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly optionalDependencies?: object;
  readonly peerDependencies?: object;
}

/** Packages which npm does not know as workspaces. */
const APART = [
  'engines/native',
  'engines/kernels/compiler',
  'benchmarks',
  'compatibility',
  'examples/openai-page',
];
const CLOSED = new Set(['node_modules', 'dist', 'fixtures', 'coverage']);
const SOURCE = /\.(ts|mts|cts|js|mjs|cjs|tsx|jsx)$/;

/** Every package of the workspace at `root`, the root itself last as folder `.`. */
export function readPackages(root: string): Package[] {
  const { workspaces = [] } = readManifest(root, '.');
  const folders = globSync([...workspaces, ...APART], { cwd: root })
    .map((folder) => folder.replaceAll('\\', '/').replace(/\/$/, ''))
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
  const known = [...new Set(folders)].sort();
  return [...known, '.'].map((folder) => readPackage(root, folder, known));
}

function readPackage(root: string, folder: string, known: readonly string[]): Package {
  const manifest = readManifest(root, folder);
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return {
    name: manifest.name ?? folder,
    folder,
    declared: new Set(declared),
    declaredForTests: new Set([...declared, ...Object.keys(devDependencies ?? {})]),
    files: [...sources(root, folder, new Set(known))].sort(),
  };
}

function* sources(root: string, folder: string, packages: ReadonlySet<string>): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || CLOSED.has(entry.name)) continue;
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !packages.has(path)) yield* sources(root, path, packages);
    else if (entry.isFile() && SOURCE.test(entry.name)) yield path;
  }
}

function readManifest(root: string, folder: string): Manifest {
  const path = join(root, folder, 'package.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch (cause) {
    throw new Error(`${path} cannot be read as JSON: correct it`, { cause });
  }
}
