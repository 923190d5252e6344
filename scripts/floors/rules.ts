import { posix } from 'node:path';
import type { Import } from './imports.ts';
import type { Package } from './packages.ts';
import { View, type Workspace } from './view.ts';

export const RULES = [
  'table', // a package without a row, a row without a package, a grant of nothing
  'grant', // a package of ours that the row does not grant
  'declared', // an import that package.json does not declare
  'upward', // a grant or an import of a higher floor
  'circle', // packages that import one another
  'crossing', // a relative path out of the package's folder
  'builtin', // a node: module where any JavaScript runtime must do
] as const;

export interface Violation {
  readonly rule: (typeof RULES)[number];
  readonly where: string;
  readonly message: string;
}

const TESTING = 'protocol/testing';
// It starts the programs of every package, before any package can be resolved.
const LAUNCHER = 'scripts/launch.mjs';

/** Everything in which the workspace leaves the table, in the order of packages and files. */
export function findViolations(workspace: Workspace): Violation[] {
  const view = new View(workspace);
  return [
    ...checkTable(view),
    ...checkCircles(view),
    ...workspace.packages.flatMap((own) => [...checkManifest(view, own), ...checkFiles(view, own)]),
  ];
}

function* checkTable(view: View): Generator<Violation> {
  const where = 'ARCHITECTURE.md';
  for (const { folder } of view.workspace.packages) {
    if (view.rows.has(folder)) continue;
    yield { rule: 'table', where, message: `the table has no row for ${folder}: add one` };
  }
  for (const row of view.workspace.rows) {
    if (!view.workspace.packages.some(({ folder }) => folder === row.folder)) {
      yield {
        rule: 'table',
        where,
        message: `the table names ${row.folder}, which has no package.json: remove it`,
      };
    }
    for (const name of row.grants === 'anything' ? [] : row.grants) {
      const other = view.byShortName.get(name);
      if (!other) {
        yield {
          rule: 'table',
          where,
          message: `${row.folder} may import ${name}, which is no package: correct it`,
        };
      } else if (view.floor(other) > row.floor) {
        yield {
          rule: 'upward',
          where,
          message: `${row.folder} may import ${name}, which is on a higher floor`,
        };
      }
    }
  }
}

/** A package.json may not promise what the table refuses. */
function* checkManifest(view: View, own: Package): Generator<Violation> {
  for (const name of own.declared) {
    const other = view.byName.get(name);
    if (!other || view.grants(own, other)) continue;
    const message = `declares ${name}, which ARCHITECTURE.md does not grant to ${own.folder}`;
    yield { rule: 'grant', where: `${own.folder}/package.json`, message };
  }
}

function* checkFiles(view: View, own: Package): Generator<Violation> {
  for (const file of own.files) {
    for (const found of view.workspace.imports.get(file) ?? []) {
      const violation = checkImport(view, own, file, found);
      if (violation) yield { ...violation, where: `${file}:${found.line}` };
    }
  }
}

type Found = Omit<Violation, 'where'> | undefined;

function checkImport(view: View, own: Package, file: string, { specifier, typeOnly }: Import): Found {
  if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..')
    return checkPath(own, file, specifier);
  if (specifier.startsWith('node:')) return typeOnly ? undefined : checkBuiltin(view, own, file, specifier);
  if (specifier.startsWith('#')) return undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (name === own.name) return undefined;
  const other = view.byName.get(name);
  return other ? checkOurs(view, own, other, file) : checkTheirs(view, own, name, file);
}

function checkPath(own: Package, file: string, specifier: string): Found {
  const target = posix.join(posix.dirname(file), specifier);
  if (target === LAUNCHER) return undefined;
  const inside =
    own.folder === '.'
      ? !target.startsWith('..') && own.files.includes(target)
      : target.startsWith(`${own.folder}/`);
  if (inside && !specifier.startsWith('/')) return undefined;
  return {
    rule: 'crossing',
    message: `imports ${specifier}, outside of ${own.folder}: import the package by its name`,
  };
}

function checkBuiltin(view: View, own: Package, file: string, specifier: string): Found {
  if (view.floor(own) !== 1 || own.folder === TESTING || isTest(file)) return undefined;
  return {
    rule: 'builtin',
    message: `imports ${specifier}: floor 1 does no I/O and runs in any JavaScript runtime`,
  };
}

function checkOurs(view: View, own: Package, other: Package, file: string): Found {
  if (other.folder === TESTING && isTest(file)) return undefined;
  if (view.floor(other) > view.floor(own)) {
    return {
      rule: 'upward',
      message: `imports ${other.name} from floor ${view.floor(other)}, above its own ${view.floor(own)}`,
    };
  }
  if (!view.grants(own, other)) {
    return {
      rule: 'grant',
      message: `imports ${other.name}, which ARCHITECTURE.md does not grant to ${own.folder}`,
    };
  }
  // npm links every workspace for the root, and whatever "anything" covers.
  if (own.declared.has(other.name) || view.rows.get(own.folder)?.grants === 'anything') return undefined;
  return {
    rule: 'declared',
    message: `imports ${other.name}, which ${own.folder}/package.json does not declare`,
  };
}

function checkTheirs(view: View, own: Package, name: string, file: string): Found {
  const forTests = isTest(file) || own.folder === '.';
  const declared = forTests
    ? own.declaredForTests.has(name) || view.root?.declaredForTests.has(name)
    : own.declared.has(name);
  if (declared) return undefined;
  return { rule: 'declared', message: `imports ${name}, which ${own.folder}/package.json does not declare` };
}

function* checkCircles(view: View): Generator<Violation> {
  const done = new Set<Package>();
  const visit = function* (own: Package, path: readonly Package[]): Generator<Violation> {
    if (path.includes(own)) {
      const names = [...path.slice(path.indexOf(own)), own].map(({ folder }) => folder);
      yield {
        rule: 'circle',
        where: 'ARCHITECTURE.md',
        message: `${names.join(' → ')} is a circle: break it`,
      };
    } else if (!done.has(own)) {
      for (const other of view.neighbours(own)) yield* visit(other, [...path, own]);
      done.add(own);
    }
  };
  for (const own of view.workspace.packages) yield* visit(own, []);
}

function isTest(file: string): boolean {
  return /(^|\/)test\//.test(file);
}
