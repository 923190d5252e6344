import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const IMPORT =
  /(?:^|[\s;])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

/**
 * Imports of unpacked packages that their package.json does not declare, or that name a package of ours which is not there,
 * as `package/file.js: name`. Optional peers may be absent.
 */
export async function undeclaredImports(modules: string): Promise<string[]> {
  const scoped = (await readdir(join(modules, '@isobit'))).map((name) => `@isobit/${name}`);
  const packages = ['isobit', ...scoped];
  const found: string[] = [];
  for (const name of packages) {
    const {
      dependencies,
      optionalDependencies,
      peerDependencies,
      peerDependenciesMeta = {},
    } = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8'));
    const declared = new Set(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
    for (const file of await programsOf(join(modules, name)))
      for (const specifier of bare(await readFile(join(modules, name, file), 'utf8'))) {
        const theirs = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
        const isThere =
          !/^@?isobit\b/.test(theirs) || packages.includes(theirs) || theirs in peerDependenciesMeta;
        if (theirs !== name && !(declared.has(theirs) && isThere)) found.push(`${name}/${file}: ${theirs}`);
      }
  }
  return found;
}

const programsOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).filter((file) => /\.m?js$/.test(file)).sort();

const bare = (code: string): string[] =>
  [...code.matchAll(IMPORT)]
    .map(([, from, only]) => from ?? only ?? '')
    .filter((specifier) => !/^(\.|node:)/.test(specifier));
