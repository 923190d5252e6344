import { styleText } from 'node:util';
import type { Outcome } from './outcome.ts';

type Print = (line: string) => void;
type Style = Parameters<typeof styleText>[0];

/** One line for one outcome, and its failures in full. */
export function printOutcome(outcome: Outcome, print: Print): void {
  const { name, passed, failures, skips, milliseconds, output } = outcome;
  const counts = [
    passed && `${passed} passed`,
    failures.length && `${failures.length} failed`,
    skips.length && `${skips.length} skipped`,
  ];
  const mark = failures.length ? paint('red', 'FAIL') : passed ? paint('green', 'ok  ') : 'skip';
  print(`${mark} ${name}  ${counts.filter(Boolean).join(', ')}  ${seconds(milliseconds)}`);
  for (const { test, text } of failures) {
    print(paint('red', `  ✗ ${test}`));
    print(indent(text));
  }
  if (failures.length && output.trim()) {
    print('  it printed:');
    print(indent(lastLines(output, 60)));
  }
}

/** What was skipped and why, then the totals alone on the last line. Returns the process's exit code. */
export function printSummary(outcomes: readonly Outcome[], print: Print): number {
  const skips = outcomes.flatMap((outcome) => outcome.skips);
  const failed = outcomes.filter((outcome) => outcome.failures.length > 0);
  if (skips.length) print('\nskipped:');
  for (const { file, test, reason } of skips) print(`  ${file} › ${test}\n    ${reason}`);
  if (failed.length) print('\nfailed:');
  for (const { name, failures } of failed) for (const { test } of failures) print(`  ${name} › ${test}`);
  const sum = (count: (outcome: Outcome) => number) =>
    outcomes.reduce((total, each) => total + count(each), 0);
  const failures = sum((outcome) => outcome.failures.length);
  print(`\n${sum((outcome) => outcome.passed)} passed, ${failures} failed, ${skips.length} skipped`);
  return failures ? 1 : 0;
}

function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}

function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n');
  const left = lines.length - count;
  return left > 0 ? [`(${left} lines before)`, ...lines.slice(-count)].join('\n') : lines.join('\n');
}
