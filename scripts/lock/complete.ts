import { type Platform, platformOf } from './platforms.ts';

export interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly integrity?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

/**
 * The lock file with an entry for every platform's optional package, and without registry hosts.
 *
 * A registry that mirrors only one platform makes `npm install` leave the others out, and `npm ci`
 * then refuses the lock file everywhere. An entry without integrity is enough: npm fills it from the
 * registry on the machine that installs it, and keeps it where it is known already.
 */
export function completeLock<T extends Lock>(lock: T): T {
  const packages: Record<string, Entry> = {};
  for (const [path, entry] of Object.entries(lock.packages)) packages[path] = withoutHost(entry);
  for (const [path, entry] of Object.entries(lock.packages)) {
    const family = Object.keys(entry.optionalDependencies ?? {});
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (findEntry(packages, path, name)) continue;
      packages[`node_modules/${name}`] = stub(entry, family, name, version);
    }
  }
  return { ...lock, packages: sorted(packages) };
}

function stub(parent: Entry, family: readonly string[], name: string, version: string): Entry {
  const platform = platformOf(name);
  if (!platform || !/^\d+\.\d+\.\d+[^ ]*$/.test(version)) {
    throw new Error(
      `the registry lacks ${name}@${version}, and its name and version do not tell an entry for it: ` +
        'add it to package-lock.json by hand, or teach scripts/lock/platforms.ts',
    );
  }
  return {
    version,
    cpu: platform.cpu,
    ...(parent.dev ? { dev: true } : {}),
    ...libcOf(platform, family, name),
    optional: true,
    os: platform.os,
  };
}

/** A Linux build without a mark is for glibc where its family has a musl build beside it. */
function libcOf(platform: Platform, family: readonly string[], name: string): { libc?: readonly string[] } {
  if (platform.libc) return { libc: platform.libc };
  return platform.os[0] === 'linux' && family.includes(`${name}-musl`) ? { libc: ['glibc'] } : {};
}

/** The nearest entry that a package at `path` would load as `name`. */
function findEntry(packages: Readonly<Record<string, Entry>>, path: string, name: string): Entry | undefined {
  const parts = path.split('/node_modules/');
  const homes = parts.map((_, count) => parts.slice(0, parts.length - count).join('/node_modules/'));
  const paths = [...homes.map((home) => `${home}/node_modules/${name}`), `node_modules/${name}`];
  return paths.map((each) => packages[each]).find((entry) => entry !== undefined);
}

function withoutHost({ resolved, ...entry }: Entry): Entry {
  const isHost = resolved !== undefined && /^(git\+)?https?:/.test(resolved);
  return resolved === undefined || isHost ? entry : { resolved, ...entry };
}

function sorted(packages: Readonly<Record<string, Entry>>): Record<string, Entry> {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}
