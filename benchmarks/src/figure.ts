/** One measured figure beside what ran in the same run: a row of the table, a line of `npm run bench --json`. */
export interface Figure {
  readonly suite: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What ran beside it in the same run, with its value. */
  readonly peer: string;
  /** Value over the peer's, where both are of one unit. */
  readonly ratio?: number;
  /** What must hold, such as `>= 0.5`; `reported` where nothing must. */
  readonly target: string;
  /** Whether the target is met; true where there is none. */
  readonly holds: boolean;
  /** Why it could not be measured here; the value means nothing then. */
  readonly skipped?: string;
}

/** How a suite is run. */
export interface SuiteOptions {
  /** Times that contestants take turns; figures are medians over them. */
  readonly rounds: number;
  /** Fewer bytes, entries and seconds: to see that it runs, not what it gives. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** A line for a person, as it goes. */
  readonly report: (line: string) => void;
}

export type Suite = (options: SuiteOptions) => Promise<readonly Figure[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Three significant digits: more would be noise. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
