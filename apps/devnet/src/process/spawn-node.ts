import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { CodedError } from '@isobit/core';
import { entryPath } from '@isobit/exact/process';
import { devnetError } from '../errors.ts';
import type { FailedLine, ProcessConfig, ReadyLine } from './config.ts';

/** A node in its own process. */
export interface NodeProcess extends AsyncDisposable {
  readonly pid: number;
  readonly address: string;
  /** Join addresses. */
  readonly join: readonly string[];
  readonly http: string;
  /** Operator token. */
  readonly token: string;
  readonly dataDir: string;
  /** Whether it signed when it was up. */
  readonly signing: boolean;
  /** The last lines that it has written to its log. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /** Sends a signal and does not wait. */
  kill(signal: NodeJS.Signals): void;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
  readonly exited: Promise<void>;
  /** Whether its process has ended. */
  isGone(): boolean;
}

export interface SpawnOptions {
  readonly signal?: AbortSignal | undefined;
  /** A command that starts the process and becomes it, such as `nsenter --net=…`. */
  readonly through?: readonly string[] | undefined;
}

/**
 * As `scripts/launch.mjs` starts a node, for the reason given there.
 */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'];
const START_MS = 60_000;
/** After that a node that was asked to stop is killed. */
const STOP_MS = 10_000;
const LOG_LINES = 1_000;
/** Log lines that explain why a node did not start. */
const LAST_WORDS = 8;

/**
 * Starts a node in a process of its own and waits until it is up.
 *
 * @throws CodedError with the node's own code when it can't start; `NODE_EXITED`, `NODE_SILENT`; the reason of `signal`
 */
export async function spawnNode(
  config: ProcessConfig,
  { signal, through = [] }: SpawnOptions = {},
): Promise<NodeProcess> {
  signal?.throwIfAborted();
  const child = start(config, through);
  const gone = (): void => {};
  const exited = once(child, 'exit').then(gone, gone);
  const log = keepLog(child);
  let ready: ReadyLine['ready'];
  try {
    ready = await firstWord(child, log, signal);
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    throw error;
  }
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= end(child, exited);
    return stopping;
  };
  return {
    ...ready,
    pid: child.pid as number,
    http: ready.http ?? '',
    dataDir: config.options.dataDir,
    log: () => log,
    kill: (name) => void child.kill(name),
    stop,
    exited,
    isGone: () => isGone(child),
    [Symbol.asyncDispose]: stop,
  };
}

function start(config: ProcessConfig, through: readonly string[]): ChildProcess {
  const entry = entryPath('node-process', import.meta.url);
  const command = [...through, process.execPath, ...FLAGS, entry, JSON.stringify(config)];
  return spawn(command[0] as string, command.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C of a terminal reaches the whole group: the parent decides in which order nodes end.
    detached: true,
  });
}

const linesOf = (stream: NodeJS.ReadableStream | null): Interface =>
  createInterface({ input: stream as NodeJS.ReadableStream });

function keepLog(child: ChildProcess): Record<string, unknown>[] {
  const log: Record<string, unknown>[] = [];
  linesOf(child.stderr).on('line', (line) => {
    log.push(parseLine(line));
    if (log.length > LOG_LINES) log.shift();
  });
  return log;
}

async function firstWord(
  child: ChildProcess,
  log: readonly Record<string, unknown>[],
  signal: AbortSignal | undefined,
): Promise<ReadyLine['ready']> {
  const late = AbortSignal.timeout(START_MS);
  const waits = { signal: signal ? AbortSignal.any([signal, late]) : late };
  const lines = linesOf(child.stdout);
  const said = await Promise.race([
    once(lines, 'line', waits).then(([line]) => String(line)),
    // Its output ends after its last line, and its process perhaps before.
    once(lines, 'close', waits).then(() => undefined),
    once(child, 'error', waits).then(([error]) => Promise.reject(error)),
  ]).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (late.aborted)
      throw devnetError('NODE_SILENT', `the node was not up after ${START_MS} ms: ${lastWords(log)}`);
    throw devnetError('NODE_EXITED', `no process starts: ${String(error)}`, {}, { cause: error });
  });
  lines.close();
  child.stdout?.resume();
  if (said === undefined) throw devnetError('NODE_EXITED', `the node ended as it started: ${lastWords(log)}`);
  const word = JSON.parse(said) as ReadyLine | FailedLine;
  if ('failed' in word) throw new CodedError(word.failed.code, word.failed.message);
  return word.ready;
}

const lastWords = (log: readonly Record<string, unknown>[]): string =>
  log
    .slice(-LAST_WORDS)
    .map((line) => String(line['message']))
    .join('\n') || 'it said nothing';

const isGone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (isGone(child)) return;
  child.stdin?.end();
  // A stopped process hears nothing but this and SIGKILL.
  child.kill('SIGCONT');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { message: line };
  }
}
