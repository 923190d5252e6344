import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome, Skip } from './outcome.ts';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** The check is skipped, with `otherwise` as its reason, where this path is absent. */
  readonly unless?: { readonly path: string; readonly otherwise: string };
}

const TSC = 'node_modules/typescript/bin/tsc';

const CHECKS: readonly Check[] = [
  { name: 'types', command: [TSC, '--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'types of native engines',
    command: [TSC, '--noEmit', '-p', 'engines/native/tsconfig.json'],
    unless: {
      path: 'engines/native/node_modules',
      otherwise: 'the native engines are not installed: npm run setup:native',
    },
  },
  {
    name: 'types of benchmarks',
    command: [TSC, '--noEmit', '-p', 'benchmarks/tsconfig.json'],
    unless: {
      path: 'benchmarks/node_modules',
      otherwise: 'benchmarks are not installed: npm run setup:bench',
    },
  },
  {
    name: 'types of compatibility',
    command: [TSC, '--noEmit', '-p', 'compatibility/tsconfig.json'],
    unless: {
      path: 'compatibility/node_modules',
      otherwise: "other people's clients are not installed: npm run setup:clients",
    },
  },
  {
    name: 'lint',
    command: [
      'node_modules/@biomejs/biome/bin/biome',
      'check',
      '--error-on-warnings',
      '--max-diagnostics=50',
    ],
  },
  { name: 'floors', command: ['scripts/check-floors.ts'] },
];

/** Static checks of the whole workspace, each when it has ended. */
export function* runChecks(root: string): Generator<Outcome> {
  for (const check of CHECKS) {
    const started = performance.now();
    const skips: Skip[] = [];
    const failures = [];
    if (check.unless && !existsSync(join(root, check.unless.path))) {
      skips.push({ file: 'npm run check', test: check.name, reason: check.unless.otherwise });
    } else {
      const text = run(root, check.command);
      if (text !== undefined) failures.push({ test: check.name, text });
    }
    yield {
      name: check.name,
      passed: failures.length + skips.length === 0 ? 1 : 0,
      failures,
      skips,
      milliseconds: performance.now() - started,
      output: '',
    };
  }
}

function run(root: string, [file, ...args]: readonly string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, file ?? ''), ...args],
    { cwd: root, encoding: 'utf8', timeout: 300_000, maxBuffer: 64 << 20 },
  );
  if (status === 0) return undefined;
  return [stdout, stderr, error?.message].filter(Boolean).join('\n').trimEnd();
}
