import { runChecks } from './runner/checks.ts';
import { discover } from './runner/discover.ts';
import { parseOptions, type RunnerOptions, USAGE } from './runner/options.ts';
import type { Outcome } from './runner/outcome.ts';
import { printOutcome, printSummary } from './runner/report.ts';
import { LIMITS, LONG_LIMITS, runFile } from './runner/run-file.ts';

const CONCURRENCY = 2;
const WHOLE_RUN_MS = { short: 20 * 60_000, long: 4 * 3_600_000 };

async function main(options: RunnerOptions): Promise<number> {
  const outcomes: Outcome[] = [];
  const report = (outcome: Outcome): void => {
    outcomes.push(outcome);
    printOutcome(outcome, console.log);
  };
  if (options.checks) for (const outcome of runChecks(options.root)) report(outcome);
  if (!options.tests) return printSummary(outcomes, console.log);

  const files = discover(options.root, options.long, options.filters);
  if (files.length === 0) {
    const wanted = options.filters.length ? ` whose path contains ${options.filters.join(' or ')}` : '';
    report(nothing(`there is no test file${wanted} below ${options.root}: give another path`));
  }
  await runAll(files, options, report);
  if (files.length > 0 && outcomes.every((outcome) => !files.includes(outcome.name) || isIdle(outcome))) {
    report(nothing('no test ran: every one was skipped'));
  }
  return printSummary(outcomes, console.log);
}

async function runAll(files: readonly string[], options: RunnerOptions, report: (outcome: Outcome) => void) {
  if (options.long) process.env['ISOBIT_LONG'] = '1';
  const limits = options.long ? LONG_LIMITS : LIMITS;
  const whole = options.long ? WHOLE_RUN_MS.long : WHOLE_RUN_MS.short;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), whole);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const queue = [...files];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      if (stop.signal.aborted) return;
      report(await runFile(options.root, file, limits, stop.signal));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  clearTimeout(timer);
  if (stop.signal.aborted) report(nothing(`stopped (by a signal, or after ${whole / 60_000} minutes)`));
}

function nothing(text: string): Outcome {
  return {
    name: 'test run',
    passed: 0,
    failures: [{ test: 'all', text }],
    skips: [],
    milliseconds: 0,
    output: '',
  };
}

function isIdle(outcome: Outcome): boolean {
  return outcome.passed === 0 && outcome.failures.length === 0;
}

const options = parseOptions(process.argv.slice(2));
if (options.help) console.log(USAGE);
else process.exitCode = await main(options);
