import { spawnSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addAssets } from './assets.ts';
import type { Manifest, WorkspacePackage } from './closure.ts';

/** Specifiers of our own files, in declarations: the compiler rewrites those of programs only. */
const OWN_SPECIFIER = /(\bfrom\s*|\bimport\s*\(\s*)(['"])(\.{1,2}\/[^'"]*)\.ts\2/g;

/**
 * Compiles packages to JavaScript with declarations, each into its folder under `out`, with a package.json for those who
 * install it.
 *
 * @param out a folder within the repository, where the compiler finds what sources import
 * @throws Error with the compiler's diagnostics
 */
export async function emitPackages(
  root: string,
  out: string,
  packages: readonly WorkspacePackage[],
): Promise<void> {
  const config = join(out, 'tsconfig.json');
  const options = {
    noEmit: false,
    // `npm run check` has checked the types, those of shells included, whose packages may be absent here.
    noCheck: true,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir: out,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const include = packages.flatMap(({ folder, manifest }) =>
    sourcesOf(manifest).map((pattern) => join(root, folder, pattern)),
  );
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include, exclude: [] }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the compiler refuses the packages:\n${stdout}`);
  for (const each of packages) await finish(root, out, each);
}

/** A package whose installed form exports something else consists of that alone. */
const sourcesOf = ({ publishConfig }: Manifest): readonly string[] =>
  publishConfig?.exports ? Object.values(publishConfig.exports) : ['src/**/*.ts'];

async function finish(root: string, out: string, { folder, manifest }: WorkspacePackage): Promise<void> {
  const to = join(out, folder);
  for (const file of globSync('**/*.d.ts', { cwd: to })) {
    const path = join(to, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(OWN_SPECIFIER, '$1$2$3.js$2'));
  }
  if (!manifest.publishConfig?.exports)
    for (const file of globSync(['src/**/*.*', 'wasm/*.*'], { cwd: join(root, folder) }))
      if (!file.endsWith('.ts')) cpSync(join(root, folder, file), join(to, file));
  await addAssets(root, manifest.name, to);
  cpSync(join(root, 'LICENSE'), join(to, 'LICENSE'));
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(published(manifest), undefined, 2)}\n`);
}

/** As those who install it need it: compiled files, and nothing that only tests use. */
export function published({
  devDependencies: _,
  private: __,
  scripts: ___,
  publishConfig = {},
  ...rest
}: Manifest): object {
  const stated = { ...rest, ...publishConfig };
  const entries = Object.entries(stated.exports ?? {}).filter(([, file]) => !file.startsWith('./test/'));
  return {
    ...stated,
    exports: Object.fromEntries(entries.map(([name, file]) => [name, exported(file)])),
    // Modules only declare things, so that bundlers leave out what is not used.
    sideEffects: ['./src/process/**', '**/thread.js'],
    files: ['bin', 'build', 'models', 'page', 'src', 'wasm'],
  };
}

function exported(file: string): object | string {
  if (!file.endsWith('.ts')) return file;
  const base = file.slice(0, -'.ts'.length);
  return { types: `${base}.d.ts`, default: `${base}.js` };
}
