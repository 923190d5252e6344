import { diff } from 'node:util';

/** Lines beyond which nobody reads a difference, and finding it takes long. */
const MOST_LINES = 4_000;
/** Lines of a difference that are shown. */
const SHOWN = 200;
/** Unchanged lines around a change. */
const AROUND = 2;

/** Templates are often one long line: they are cut after each statement too. */
const linesOf = (template: string): string[] => template.split(/\n|(?<=%\})(?!\n)/);

/**
 * How a template changed, as `-` and `+` lines with a few unchanged ones around them.
 *
 * @returns no line where both are equal
 */
export function templateDiff(before: string, after: string): string[] {
  if (before === after) return [];
  const [old, fresh] = [linesOf(before), linesOf(after)];
  if (old.length > MOST_LINES || fresh.length > MOST_LINES)
    return [
      `- ${old.length} lines, ${before.length} characters`,
      `+ ${fresh.length} lines, ${after.length} characters`,
    ];
  const marks = { [-1]: '+', 0: ' ', 1: '-' } as const;
  const all = diff(old, fresh).map(([change, line]) => ({ mark: marks[change as -1 | 0 | 1], line }));
  const isNear = (at: number): boolean =>
    all.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ mark }) => mark !== ' ');
  const lines: string[] = [];
  for (const [i, { mark, line }] of all.entries()) {
    if (isNear(i)) lines.push(`${mark} ${line}`);
    else if (lines.length > 0 && lines.at(-1) !== '  …') lines.push('  …');
  }
  if (lines.at(-1) === '  …') lines.pop();
  return lines.length > SHOWN
    ? [...lines.slice(0, SHOWN), `  … and ${lines.length - SHOWN} lines more`]
    : lines;
}
