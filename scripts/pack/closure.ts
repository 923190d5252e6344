import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What of a package.json is read here; the rest stays as it is. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

export interface WorkspacePackage {
  /** Folder from the repository's root. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * A package of the workspace and all packages of the workspace that it needs at run time.
 *
 * @throws Error where there is no such package
 */
export function closureOf(root: string, name: string): WorkspacePackage[] {
  const { workspaces } = readManifest(root, '.') as unknown as { workspaces: readonly string[] };
  const files = globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  );
  const known = new Map(
    files.map((file) => {
      const folder = dirname(file);
      const manifest = readManifest(root, folder);
      return [manifest.name, { folder, manifest }];
    }),
  );
  if (!known.has(name))
    throw new Error(`the workspace has no package ${name}: ${[...known.keys()].join(', ')}`);
  const found = new Map<string, WorkspacePackage>();
  const add = (each: string): void => {
    const member = known.get(each);
    if (!member || found.has(each)) return;
    found.set(each, member);
    Object.keys(member.manifest.dependencies ?? {}).forEach(add);
  };
  add(name);
  return [...found.values()];
}

const readManifest = (root: string, folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
