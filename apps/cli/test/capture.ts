import { createTerminal, type Terminal } from '../src/output/terminal.ts';

/** A terminal that is no screen, and what was printed on it. */
export interface Captured {
  readonly terminal: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function capture(): Captured {
  const out = record();
  const err = record();
  return {
    terminal: createTerminal({
      stdout: out.stream,
      stderr: err.stream,
      env: {},
    } as unknown as NodeJS.Process),
    stdout: out.text,
    stderr: err.text,
  };
}

function record() {
  const chunks: string[] = [];
  return {
    stream: {
      write(chunk: string | Uint8Array): boolean {
        chunks.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
        return true;
      },
    },
    text: () => chunks.join(''),
  };
}
