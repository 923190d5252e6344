export interface Failure {
  readonly test: string;
  readonly text: string;
}

export interface Skip {
  readonly file: string;
  readonly test: string;
  readonly reason: string;
}

/** What became of one test file, or of one static check. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly skips: readonly Skip[];
  readonly milliseconds: number;
  /** What the file printed; shown only when it failed. */
  readonly output: string;
}
