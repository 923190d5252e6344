import { join } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import type { Failure, Outcome, Skip } from './outcome.ts';

export interface Limits {
  readonly test: number;
  readonly file: number;
}

/** Milliseconds. A test that waits for longer waits for something that will not come. */
export const LIMITS: Limits = { test: 120_000, file: 600_000 };
export const LONG_LIMITS: Limits = { test: 1_800_000, file: 3_600_000 };

interface Ended {
  readonly name: string;
  readonly nesting: number;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details: { readonly type?: string | undefined; readonly error?: Error | undefined };
}

/** Runs one test file in a process of its own. Never throws: whatever happens is in the outcome. */
export async function runFile(
  root: string,
  file: string,
  limits: Limits,
  signal: AbortSignal,
): Promise<Outcome> {
  const started = performance.now();
  const path = join(root, file);
  const failures: Failure[] = [];
  const skips: Skip[] = [];
  const parents: string[] = [];
  let passed = 0;
  let output = '';

  const ended = (event: Ended, ok: boolean): void => {
    parents.length = event.nesting;
    const test = [...parents, event.name].join(' › ');
    if (event.name === path && event.nesting === 0) {
      const text = ok ? 'holds no test: write one, or remove the file' : describeProcess(event.details.error);
      if (text) failures.push({ test: file, text });
    } else if (event.todo !== undefined) {
      failures.push({ test, text: 'is marked todo: finish it, or skip it with a reason' });
    } else if (event.skip !== undefined) {
      const reason = typeof event.skip === 'string' ? event.skip.trim() : '';
      if (reason) skips.push({ file, test, reason });
      else failures.push({ test, text: "is skipped without a reason: say why, as in { skip: 'reason' }" });
    } else if (!ok) {
      const text = describe(event.details.error);
      if (text) failures.push({ test, text });
    } else if (event.details.type !== 'suite') {
      passed++;
    }
  };

  const deadline = AbortSignal.timeout(limits.file);
  const stream = run({
    files: [path],
    cwd: root,
    isolation: 'process',
    execArgv: ['--disable-warning=ExperimentalWarning', `--test-timeout=${limits.test}`],
    signal: AbortSignal.any([deadline, signal]),
  });
  for await (const { type, data } of stream) {
    if (type === 'test:start') parents[data.nesting] = data.name;
    else if (type === 'test:pass') ended(data, true);
    else if (type === 'test:fail') ended(data, false);
    else if (type === 'test:stdout' || type === 'test:stderr') output += data.message;
  }
  if (deadline.aborted) {
    const seconds = limits.file / 1000;
    const text = `did not end within ${seconds} s: a test waits for ever, or a server, timer or child is left open`;
    failures.push({ test: file, text });
  } else if (signal.aborted) {
    failures.push({ test: file, text: 'was stopped with the whole run before it ended' });
  }
  return {
    name: file,
    passed,
    failures,
    skips,
    milliseconds: performance.now() - started,
    output: withoutInternals(output),
  };
}

/** A parent of failed tests fails too; that is no failure of its own. */
function describe(error: Error | undefined): string | undefined {
  const { failureType, cause } = (error ?? {}) as { failureType?: string; cause?: unknown };
  if (failureType === 'subtestsFailed') return undefined;
  const thrown = cause ?? error;
  if (typeof thrown === 'string') return thrown;
  // An assertion's message already holds the difference; its properties would only repeat it.
  const isAssertion = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_ASSERTION';
  return withoutInternals(
    isAssertion ? `${thrown.stack}` : inspect(thrown, { depth: 6, maxStringLength: 10_000 }),
  );
}

function describeProcess(error: Error | undefined): string | undefined {
  const { failureType, exitCode, signal } = (error ?? {}) as Record<string, unknown>;
  if (failureType === 'subtestsFailed' || failureType === 'testAborted') return undefined;
  return `its process ended with ${signal ? `signal ${String(signal)}` : `exit code ${String(exitCode)}`}`;
}

function withoutInternals(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s+at .*\(?node:/.test(line))
    .join('\n');
}
