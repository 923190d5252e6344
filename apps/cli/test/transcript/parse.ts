/** One command of a transcript and what it gave. */
export interface Step {
  /** Comment lines and blank lines before it, as they are. */
  readonly before: readonly string[];
  readonly command: string;
  readonly result: Result;
}

export interface Result {
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly exit: number;
}

/*
 * A transcript is what a person would see: `$ command`, its output, lines of stderr after `! `, and the exit code in
 * brackets where it is not 0. Lines with `#` in front explain.
 */

export function parseTranscript(text: string): Step[] {
  const steps: Step[] = [];
  let before: string[] = [];
  let open: { command: string; stdout: string[]; stderr: string[]; exit: number } | undefined;
  const close = (): void => {
    if (!open) return;
    const { command, ...result } = open;
    while (result.stdout.at(-1) === '') before.push(result.stdout.pop() as string);
    steps.push({ before: opening, command, result });
    open = undefined;
  };
  let opening: string[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('$ ')) {
      close();
      opening = before;
      before = [];
      open = { command: line.slice(2), stdout: [], stderr: [], exit: 0 };
    } else if (line.startsWith('#')) {
      close();
      before.push(line);
    } else if (!open) before.push(line);
    else if (line.startsWith('! ')) open.stderr.push(line.slice(2));
    else if (/^\[\d+\]$/.test(line)) open.exit = Number(line.slice(1, -1));
    else open.stdout.push(line);
  }
  close();
  return steps;
}

export const formatTranscript = (steps: readonly Step[]): string =>
  `${steps
    .flatMap(({ before, command, result: { stdout, stderr, exit } }) => [
      ...before,
      `$ ${command}`,
      ...stdout,
      ...stderr.map((line) => `! ${line}`),
      ...(exit === 0 ? [] : [`[${exit}]`]),
    ])
    .join('\n')}\n`;
