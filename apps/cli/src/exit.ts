/** Exit codes of every command (specs/verdict.md section 6). */
export const exit = { holds: 0, refuted: 1, usage: 2, unknown: 3 } as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

/** What a shell expects of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;
