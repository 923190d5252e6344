import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Named = Readonly<Record<string, string>>;

/** What of a package.json is read here; the rest stays as it is. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Named;
  readonly dependencies?: Named;
  readonly devDependencies?: Named;
  /** What those who install the package get in place of the members above. */
  readonly publishConfig?: Pick<Manifest, 'exports' | 'dependencies'>;
  readonly [member: string]: unknown;
}

export interface WorkspacePackage {
  /** Folder from the repository's root. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Packages with a lock file of their own that others may install beside ours. */
const APART = ['engines/native'];

/**
 * Packages of the workspace and all packages of the workspace that they need at run time.
 *
 * @throws Error where there is no such package
 */
export function closureOf(root: string, names: readonly string[]): WorkspacePackage[] {
  const { workspaces } = readManifest(root, '.') as unknown as { workspaces: readonly string[] };
  const files = globSync(
    [...workspaces, ...APART].map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  );
  const known = new Map(
    files.map((file) => {
      const folder = dirname(file);
      const manifest = readManifest(root, folder);
      return [manifest.name, { folder, manifest }];
    }),
  );
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Error(`the workspace has no package ${unknown}: ${[...known.keys()].join(', ')}`);
  const found = new Map<string, WorkspacePackage>();
  const add = (each: string): void => {
    const member = known.get(each);
    if (!member || found.has(each)) return;
    found.set(each, member);
    const { dependencies = {}, publishConfig = {} } = member.manifest;
    Object.keys(publishConfig.dependencies ?? dependencies).forEach(add);
  };
  names.forEach(add);
  return [...found.values()];
}

const readManifest = (root: string, folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
