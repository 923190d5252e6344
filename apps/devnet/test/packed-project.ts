import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryPath } from '@isobit/testing';

const run = promisify(execFile);

/** A project of somebody else that has installed packages of ours from their tarballs. */
export interface PackedProject extends AsyncDisposable {
  readonly folder: string;
  readonly path: (...parts: readonly string[]) => string;
  /** Bytes of each tarball, by package. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Runs a program in it. */
  node(...args: readonly string[]): Promise<{ stdout: string; stderr: string }>;
  write(files: Readonly<Record<string, string | object>>): Promise<void>;
}

/**
 * Packs packages with all that they need of the workspace, and unpacks them as `npm install ./*.tgz` does. The project lies
 * within the repository, so that what the packages need of others is found where it was installed, without a registry.
 *
 * @param below folder whose `node_modules` hold what the project uses of others; the repository when absent
 */
export async function installPacked(
  names: readonly string[],
  below = repositoryPath(),
): Promise<PackedProject> {
  const cache = join(below, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'packed-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const path = (...parts: readonly string[]): string => join(folder, ...parts);
  const node: PackedProject['node'] = (...args) => run(process.execPath, args, { cwd: folder });
  await node(repositoryPath('scripts/pack.ts'), ...names, '--out', folder);
  const sizes = new Map<string, number>();
  for (const tarball of (await readdir(folder)).filter((name) => name.endsWith('.tgz'))) {
    const name = nameOf(tarball);
    sizes.set(name, (await readFile(path(tarball))).length);
    await mkdir(path('node_modules', name), { recursive: true });
    await run('tar', ['-xzf', path(tarball), '-C', path('node_modules', name), '--strip-components=1']);
  }
  const write: PackedProject['write'] = async (files) => {
    for (const [name, content] of Object.entries(files))
      await writeFile(path(name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  await write({ 'package.json': { type: 'module' } });
  const stack = cleanup.move();
  return { folder, path, sizes, node, write, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** `isobit-client-0.1.0.tgz` is `@isobit/client`, and `isobit-0.1.0.tgz` is `isobit`. */
function nameOf(tarball: string): string {
  const [, name] = /^isobit(?:-([a-z].*?))?-\d+\.\d+\.\d+.*\.tgz$/.exec(tarball) ?? [];
  return name ? `@isobit/${name}` : 'isobit';
}
