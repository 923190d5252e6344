import { checks, runCheck } from './runner/checks.ts';
import { discover } from './runner/discover.ts';
import { parseOptions, type RunnerOptions, USAGE } from './runner/options.ts';
import type { Outcome } from './runner/outcome.ts';
import { printOutcome, printSummary } from './runner/report.ts';
import { LIMITS, LONG_LIMITS, runFile } from './runner/run-file.ts';

/**
 * From which end of the list each of what runs at once is taken. Files at its beginning start many processes and wait
 * for them, those at its end compute: two of the first and one of the last keep two cores busy.
 */
const SLOTS = { short: ['beginning', 'beginning', 'end'], long: ['beginning', 'beginning'] } as const;
const WHOLE_RUN_MS = { short: 20 * 60_000, long: 4 * 3_600_000 };

type Work = (stop: AbortSignal) => Promise<Outcome>;

async function main({ root, checks: checking, tests, long, filters }: RunnerOptions): Promise<number> {
  const outcomes: Outcome[] = [];
  const report = (outcome: Outcome): void => {
    outcomes.push(outcome);
    printOutcome(outcome, console.log);
  };
  if (long) process.env['ISOBIT_LONG'] = '1';
  const files = tests ? discover(root, long, filters) : [];
  const limits = long ? LONG_LIMITS : LIMITS;
  await runAll(
    [
      ...files.map(
        (file): Work =>
          (stop) =>
            runFile(root, file, limits, stop),
      ),
      // The types come last, and so first.
      ...(checking ? checks.toReversed() : []).map(
        (check): Work =>
          (stop) =>
            runCheck(root, check, stop),
      ),
    ],
    long ? 'long' : 'short',
    report,
  );
  if (tests && files.length === 0) {
    const wanted = filters.length ? ` whose path contains ${filters.join(' or ')}` : '';
    report(nothing(`there is no test file${wanted} below ${root}: give another path`));
  }
  if (files.length > 0 && outcomes.every((outcome) => !files.includes(outcome.name) || isIdle(outcome))) {
    report(nothing('no test ran: every one was skipped'));
  }
  return printSummary(outcomes, console.log);
}

async function runAll(
  work: Work[],
  length: keyof typeof SLOTS,
  report: (outcome: Outcome) => void,
): Promise<void> {
  const whole = WHOLE_RUN_MS[length];
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), whole);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const run = async (end: 'beginning' | 'end'): Promise<void> => {
    while (!stop.signal.aborted) {
      const next = end === 'beginning' ? work.shift() : work.pop();
      if (!next) return;
      report(await next(stop.signal));
    }
  };
  await Promise.all(SLOTS[length].map(run));
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
