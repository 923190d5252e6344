import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = dirname(import.meta.dirname);
const FOLDERS = ['src', 'build'];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Digest of everything that the page is built from: the sources of this package and of those of ours that it stands on,
 * and the versions of all others. 64 hex characters.
 */
export async function pageSourcesDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of await ourPackages(ROOT)) {
    hash.update(await readFile(join(folder, 'package.json')));
    for (const path of await sourcesOf(folder)) {
      const bytes = await readFile(path);
      hash.update(`\n${relative(ROOT, path)} ${bytes.length}\n`).update(bytes);
    }
  }
  for (const name of ['vite', 'rolldown', 'vite-plugin-singlefile', 'onnxruntime-web'])
    hash.update(`\n${name} ${await versionOf(name)}`);
  return hash.digest('hex');
}

/** Folders of a package and of ours below it, sorted. */
async function ourPackages(folder: string, found = new Set<string>()): Promise<string[]> {
  if (!found.has(folder)) {
    found.add(folder);
    const { dependencies = {} } = await readManifest(join(folder, 'package.json'));
    for (const name of Object.keys(dependencies).filter((each) => each.startsWith('@isobit/'))) {
      await ourPackages(dirname(locate(name, folder)), found);
    }
  }
  return [...found].sort();
}

async function sourcesOf(folder: string): Promise<string[]> {
  const own = folder === ROOT ? [...FOLDERS.map((name) => join(folder, name))] : [join(folder, 'src')];
  const listed = await Promise.all(
    own.map((each) => readdir(each, { recursive: true, withFileTypes: true })),
  );
  const files = listed
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return (folder === ROOT ? [...files, join(folder, 'index.html')] : files).sort();
}

/** Where the page's own packages resolve a package, or one of theirs that the root installed. */
function locate(name: string, from: string): string {
  const path = findPackageJSON(name, pathToFileURL(join(from, 'package.json')));
  if (path === undefined) throw new Error(`${name} is not installed: run npm ci`);
  return path;
}

const versionOf = async (name: string): Promise<string> => (await readManifest(locate(name, ROOT))).version;

const readManifest = async (path: string): Promise<Manifest> =>
  JSON.parse(await readFile(path, 'utf8')) as Manifest;
