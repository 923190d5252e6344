import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exactError } from '../errors.ts';
import type { Engine } from '../runtime.ts';

/** A program that serves a runtime in an engine process. */
export interface ChildEntry {
  /** Absolute path of its main module, which imports `seal.ts` before anything else. */
  readonly path: string;
  /** The build that runs in it, or the first of several. */
  readonly engine: Engine;
  /** Folders of code that it reads, beside this package's own. */
  readonly codeRoots: readonly string[];
  /** Arguments that it takes after the memory limit. */
  readonly args?: readonly string[];
  /** Whether it loads native addons; Node's permissions do not bind those. */
  readonly addons: boolean;
}

export interface LaunchOptions {
  readonly entry: ChildEntry;
  /** Memory that models may use, in MiB. */
  readonly memoryMiB: number;
  /** Folders that hold model files. */
  readonly readRoots: readonly string[];
}

const MiB = 1024 * 1024;
const WASM_PAGES_PER_MIB = 16;
/** JavaScript's own heap: graphs and traces, never weights. */
const HEAP_MIB = 512;
/** What Node and the engine take before a model is loaded. */
const BASE_MIB = 384;

/**
 * Starts an engine process: no environment, no network, no child processes, no addons unless its entry needs them,
 * and of the file system only the code and the model folders, for reading.
 *
 * @throws CodedError `ENGINE_UNAVAILABLE`
 */
export function launch({ entry, memoryMiB, readRoots }: LaunchOptions): ChildProcess {
  const readable = [...codeRoots(), ...entry.codeRoots, ...readRoots.map((path) => resolve(path))];
  // A model's file is in memory beside the engine's copy while it loads.
  const residentBytes = (memoryMiB * 2 + BASE_MIB) * MiB;
  const flags = [
    '--permission',
    '--allow-worker',
    ...(entry.addons ? ['--allow-addons'] : ['--no-addons']),
    ...readable.flatMap(readFlags),
    `--wasm-max-mem-pages=${Math.min(65_536, memoryMiB * WASM_PAGES_PER_MIB)}`,
    `--max-old-space-size=${HEAP_MIB}`,
    '--disallow-code-generation-from-strings',
    '--no-warnings',
  ];
  return spawn(process.execPath, [...flags, entry.path, String(residentBytes), ...(entry.args ?? [])], {
    env: {},
    cwd: dirname(entry.path),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

/** A folder is granted by its own path and by everything below it. */
function readFlags(path: string): string[] {
  if (path.includes('*'))
    throw exactError(
      'ENGINE_UNAVAILABLE',
      `the folder ${path} cannot be granted to engine processes: its name has a "*"`,
    );
  const real = existsSync(path) ? realpathSync(path) : path;
  return [...new Set([path, real])].map((root) => `--allow-fs-read=${join(root, '*')}`);
}

let known: readonly string[] | undefined;

/** Folders of code that every engine process reads. */
function codeRoots(): readonly string[] {
  known ??= [...packagesOf(packageOf(fileURLToPath(import.meta.url)), new Set())];
  return known;
}

/** A package's folder and, through its dependencies, those of the workspace and the `node_modules` of the rest. */
function packagesOf(folder: string, roots: Set<string>): Set<string> {
  if (roots.has(folder)) return roots;
  roots.add(folder);
  const manifest = join(folder, 'package.json');
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: object };
  for (const name of Object.keys(dependencies)) {
    // Where a dependency lies, whatever its exports are.
    const modules = createRequire(manifest).resolve.paths(name) ?? [];
    const place = modules.map((path) => join(path, name)).find((path) => existsSync(path));
    if (place === undefined) continue;
    const real = realpathSync(place);
    roots.add(modulesOf(place));
    if (!real.includes('/node_modules/')) packagesOf(real, roots);
  }
  return roots;
}

/** Nearest folder above with a package.json. */
export function packageOf(path: string): string {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw exactError('ENGINE_UNAVAILABLE', `${path} belongs to no package: install Isobit again`);
}

/** The outermost `node_modules` that a path lies in. */
const modulesOf = (path: string): string =>
  path.slice(0, path.indexOf('/node_modules/') + '/node_modules'.length);

/** This package's own entry. The extension is that of this file: sources run as TypeScript, packed ones as JavaScript. */
export const entryPath = (name: string, base: string): string =>
  fileURLToPath(new URL(`./${name}${base.slice(base.lastIndexOf('.'))}`, base));
