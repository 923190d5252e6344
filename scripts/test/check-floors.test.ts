import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { repositoryPath, tempDir } from '@isobit/testing';
import { readImports } from '../floors/imports.ts';
import { readTable } from '../floors/table.ts';

type Files = Readonly<Record<string, string>>;

const manifest = (name: string, ...dependencies: readonly string[]): string =>
  JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((each) => [each, '1.0.0'])) });

const table = (...rows: readonly string[]): string =>
  ['<!-- floors -->', '| package | floor | may import |', '|---|---|---|', ...rows, '<!-- /floors -->'].join(
    '\n',
  );

const ROWS = [
  '| protocol/core | 1 | - |',
  '| protocol/log | 1 | core |',
  '| protocol/testing | 1 | - |',
  '| engines/store | 2 | core |',
  '| . | 4 | anything |',
];

/** A workspace that keeps every rule; each test breaks one. */
const SOUND: Files = {
  'ARCHITECTURE.md': table(...ROWS),
  'package.json': JSON.stringify({
    name: 'root',
    workspaces: ['protocol/*', 'engines/*'],
    devDependencies: { 'fast-check': '1' },
  }),
  'protocol/core/package.json': manifest('@isobit/core', '@noble/hashes'),
  'protocol/core/src/index.ts': "export * from './a.ts';\nimport { sha256 } from '@noble/hashes/sha2.js';",
  'protocol/core/src/a.ts':
    "type Crypto = typeof import('node:crypto');\nimport type { Hash } from 'node:crypto';",
  'protocol/core/test/a.test.ts':
    "import 'node:test'; import 'fast-check'; import '@isobit/testing'; import '../src/a.ts';",
  'protocol/log/package.json': manifest('@isobit/log', '@isobit/core'),
  'protocol/log/src/index.ts':
    "// import '@isobit/store'\nconst text = `import '@isobit/store'`;\nimport '@isobit/core';",
  'protocol/testing/package.json': manifest('@isobit/testing', 'fast-check'),
  'protocol/testing/src/index.ts': "import 'node:fs'; import 'fast-check';",
  'engines/store/package.json': manifest('@isobit/store', '@isobit/core'),
  'engines/store/src/index.ts': "import 'node:fs'; const core = await import('@isobit/core');",
  'scripts/tool.ts': "import '@isobit/store'; import 'fast-check'; import './other.ts';",
  'scripts/other.ts': '',
};

function check(t: TestContext, changes: Files): { status: number | null; stderr: string; stdout: string } {
  const root = tempDir(t);
  for (const [path, text] of Object.entries({ ...SOUND, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return spawnSync(process.execPath, [repositoryPath('scripts/check-floors.ts'), root], { encoding: 'utf8' });
}

test('a sound workspace passes', (t) => {
  const { status, stdout, stderr } = check(t, {});
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /^5 packages, 8 files/);
});

const BROKEN: readonly [string, Files, RegExp][] = [
  [
    'an import that the table does not grant',
    {
      'engines/store/src/index.ts': "\nimport '@isobit/log';",
      'engines/store/package.json': manifest('@isobit/store', '@isobit/core'),
    },
    /^engines\/store\/src\/index\.ts:2: imports @isobit\/log, .*not grant.* \[grant\]\n$/,
  ],
  [
    'a type-only import that the table does not grant',
    { 'engines/store/src/index.ts': "import type { A } from '@isobit/log';" },
    /\[grant\]\n$/,
  ],
  [
    'a declaration that the table does not grant',
    { 'engines/store/package.json': manifest('@isobit/store', '@isobit/core', '@isobit/log') },
    /^engines\/store\/package\.json: declares @isobit\/log, .* \[grant\]\n$/,
  ],
  [
    'a granted import that package.json does not declare',
    { 'protocol/log/package.json': manifest('@isobit/log') },
    /^protocol\/log\/src\/index\.ts:3: imports @isobit\/core, .*does not declare \[declared\]\n$/,
  ],
  [
    'a bare import that package.json does not declare',
    { 'protocol/log/src/index.ts': "export { x } from 'left-pad/deep';" },
    /imports left-pad, which protocol\/log\/package\.json does not declare \[declared\]\n$/,
  ],
  [
    "a root devDependency in a package's source",
    { 'protocol/log/src/index.ts': "import 'fast-check';" },
    /imports fast-check, .* \[declared\]\n$/,
  ],
  ['@isobit/testing in source', { 'protocol/log/src/index.ts': "import '@isobit/testing';" }, /\[grant\]\n$/],
  [
    'an undeclared import of a script',
    { 'scripts/tool.ts': "import 'left-pad';" },
    /^scripts\/tool\.ts:1: imports left-pad, .* \[declared\]\n$/,
  ],
  [
    'an import of a higher floor',
    { 'protocol/core/src/a.ts': "export const load = () => import('@isobit/store');" },
    /^protocol\/core\/src\/a\.ts:1: imports @isobit\/store from floor 2, above its own 1 \[upward\]\n$/,
  ],
  [
    'a grant of a higher floor',
    { 'ARCHITECTURE.md': table(...ROWS, '').replace('| 1 | core |', '| 1 | core, store |') },
    /protocol\/log may import store, which is on a higher floor \[upward\]\n$/,
  ],
  [
    'a circle',
    { 'ARCHITECTURE.md': table(...ROWS).replace('core | 1 | - |', 'core | 1 | log |') },
    /^ARCHITECTURE\.md: protocol\/core → protocol\/log → protocol\/core is a circle: break it \[circle\]\n$/,
  ],
  [
    "a path into another package's folder",
    { 'protocol/log/src/index.ts': "import '../../core/src/a.ts';" },
    /imports \.\.\/\.\.\/core\/src\/a\.ts, outside of protocol\/log.* \[crossing\]\n$/,
  ],
  [
    "a script's path into a package",
    { 'scripts/tool.ts': "import '../protocol/core/src/a.ts';" },
    /^scripts\/tool\.ts:1: .* \[crossing\]\n$/,
  ],
  [
    'an absolute path',
    { 'protocol/log/src/index.ts': "import '/protocol/log/src/x.ts';" },
    /\[crossing\]\n$/,
  ],
  [
    'a node: module on floor 1',
    { 'protocol/core/src/a.ts': "import { readFileSync } from 'node:fs';" },
    /^protocol\/core\/src\/a\.ts:1: imports node:fs: floor 1 does no I\/O.* \[builtin\]\n$/,
  ],
  [
    'a package without a row',
    { 'engines/new/package.json': manifest('@isobit/new') },
    /the table has no row for engines\/new: add one \[table\]\n$/,
  ],
  [
    'a row without a package',
    { 'ARCHITECTURE.md': table(...ROWS, '| actors/gone | 3 | - |') },
    /the table names actors\/gone, which has no package\.json: remove it \[table\]\n$/,
  ],
  [
    'a grant of nothing',
    { 'ARCHITECTURE.md': table(...ROWS).replace('| 2 | core |', '| 2 | core, gone |') },
    /engines\/store may import gone, which is no package: correct it \[table\]\n$/,
  ],
];

for (const [name, changes, expected] of BROKEN) {
  test(`refuses ${name}`, (t) => {
    const { status, stderr } = check(t, changes);
    assert.match(stderr, expected);
    assert.equal(status, 1);
  });
}

test('an import of the launcher may cross', (t) => {
  const files = { 'scripts/launch.mjs': '', 'engines/store/bin.mjs': "import '../../scripts/launch.mjs';" };
  assert.equal(check(t, files).status, 0);
});

test('every kind of import is seen, and nothing that only looks like one', (t) => {
  const root = tempDir(t);
  const source = [
    "import a from 'one';",
    "import type { B } from 'two';",
    "export * from 'three';",
    "export type { C } from 'four';",
    "const d = await import('five');",
    "type E = import('six').E;",
    "const no = /import 'x'/, text = `import 'y'`, seven = await import('seven'); // import 'z'",
    "import { type F, g } from 'eight';",
  ];
  writeFileSync(join(root, 'a.ts'), source.join('\n'));
  const found = readImports(root, ['a.ts']).get('a.ts') ?? [];
  assert.deepEqual(
    found.map(({ specifier, line, typeOnly }) => `${line} ${specifier}${typeOnly ? ' type' : ''}`).sort(),
    ['1 one', '2 two type', '3 three', '4 four type', '5 five', '6 six type', '7 seven', '8 eight'],
  );
});

test('the table: absent, malformed, on the wrong floor, twice', () => {
  assert.throws(() => readTable('# nothing'), /holds no <!-- floors --> table/);
  assert.throws(() => readTable(table('| cellar/core | 1 | - |')), /"cellar\/core".*on no floor/);
  assert.throws(() => readTable(table('| protocol/core | 2 | - |')), /its folder is floor 1/);
  assert.throws(() => readTable(table(...ROWS, '| protocol/core | 1 | - |')), /names protocol\/core twice/);
});
