import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Failure, Outcome, Skip } from './outcome.ts';

/** A static check of the whole workspace. */
export interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** The check is skipped, with `otherwise` as its reason, where this path is absent. */
  readonly unless?: { readonly path: string; readonly otherwise: string };
}

const TSC = 'node_modules/typescript/bin/tsc';

export const checks: readonly Check[] = [
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

/** Runs one check in a process of its own. Never throws: whatever happens is in the outcome. */
export async function runCheck(root: string, check: Check, signal: AbortSignal): Promise<Outcome> {
  const started = performance.now();
  const skips: Skip[] = [];
  const failures: Failure[] = [];
  if (check.unless && !existsSync(join(root, check.unless.path))) {
    skips.push({ file: 'npm run check', test: check.name, reason: check.unless.otherwise });
  } else {
    const text = await run(root, check.command, signal);
    if (text !== undefined) failures.push({ test: check.name, text });
  }
  return {
    name: check.name,
    passed: failures.length + skips.length === 0 ? 1 : 0,
    failures,
    skips,
    milliseconds: performance.now() - started,
    output: '',
  };
}

/** What a program says that does not end with 0; undefined where it does. */
async function run(
  root: string,
  [file = '', ...args]: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, file), ...args],
      { cwd: root, timeout: 300_000, maxBuffer: 64 << 20, signal },
    );
    return undefined;
  } catch (error) {
    const { stdout = '', stderr = '', code, message } = error as Partial<Record<string, string>> & Error;
    const told = [stdout, stderr].filter(Boolean).join('\n').trimEnd();
    // A program that ended by itself has said why.
    return typeof code === 'number' && told ? told : [told, message].filter(Boolean).join('\n');
  }
}
