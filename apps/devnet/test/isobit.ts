import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { repositoryPath } from '@isobit/testing';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  /** `ISOBIT_HOME`. */
  readonly home: string;
  /** Folder in which it runs; the repository when absent. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What Node is given to start the command; as `npm run isobit` enters it when absent. */
  readonly program?: readonly string[];
}

const CLONE = [repositoryPath('scripts/launch.mjs'), 'apps/cli/src/main.ts'];

/** Runs the real command line, entered as `npx isobit` enters it. */
export async function isobit(args: readonly string[], around: Surroundings): Promise<Ran> {
  const child = start(args, around);
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
  const [code] = await once(child, 'close');
  return { code: code as number, stdout: stdout(), stderr: stderr() };
}

/** A command that goes on until it is interrupted. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** Lines so far. */
  readonly lines: readonly string[];
  /** The first line, gone or to come, that matches; rejects when the command ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ctrl-C. */
  interrupt(): void;
  readonly exited: Promise<number>;
}

export function startIsobit(args: readonly string[], around: Surroundings): Running {
  const child = start(args, around);
  const stderr = gather(child.stderr);
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(line);
    for (const listener of listeners) listener();
  });
  const exited = once(child, 'close').then(([code]) => {
    for (const listener of listeners) listener();
    return code as number;
  });
  return {
    pid: child.pid as number,
    lines,
    exited,
    interrupt: () => void child.kill('SIGINT'),
    line(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
      const look = (): void => {
        const found = lines.map((line) => pattern.exec(line)).find((match) => match !== null);
        if (found) resolve(found);
        else if (child.exitCode !== null)
          reject(new Error(`it ended without ${pattern}:\n${lines.join('\n')}\n${stderr()}`));
      };
      listeners.add(look);
      look();
      return promise.finally(() => listeners.delete(look));
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT');
      await exited;
    },
  };
}

function start(args: readonly string[], around: Surroundings): ChildProcess {
  const { home, cwd = repositoryPath(), env, program = CLONE } = around;
  return spawn(process.execPath, [...program, ...args], {
    cwd,
    env: { ...process.env, ISOBIT_HOME: home, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function gather(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}
