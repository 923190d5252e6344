import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './figure.ts';
import { isInstalled } from './machine.ts';

export interface PullSuiteOptions {
  /** Bytes of the file. */
  readonly size?: number;
  /** Times that the contestants take turns. */
  readonly rounds?: number;
  readonly signal?: AbortSignal;
  /** A line for a person. */
  readonly report?: (line: string) => void;
}

const SIZE = 200_000_000;
type Contestant = 'verified' | 'unverified' | 'plain' | 'hashing' | 'helia';

/** Verified pull of a file between two processes on loopback, against what a user would have otherwise. */
export async function pullSuite(options: PullSuiteOptions = {}): Promise<Figure[]> {
  const { size = SIZE, rounds = 5, signal, report } = options;
  const dir = await mkdtemp(join(tmpdir(), 'isobit-bench-pull-'));
  const children = new Set<ChildProcess>();
  const start = (entry: string, ...args: string[]): ChildProcess => {
    const child = fork(join(import.meta.dirname, 'pull', entry), args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.add(child);
    return child;
  };
  try {
    const isobit = start('isobit-host.ts', join(dir, 'host'), String(size));
    const { url, root, path } = await firstMessage<{ url: string; root: string; path: string }>(isobit);
    const heliaHost = isInstalled('benchmarks', 'helia')
      ? start('helia-host.ts', join(dir, 'helia'), path)
      : undefined;
    const hosted = heliaHost && firstMessage<{ address: string; cid: string }>(heliaHost);
    const helia = await hosted?.catch((error: Error) => {
      report?.(`pull: Helia does not run here: ${error.message}`);
      return undefined;
    });
    const pullers = new Map<Contestant, ChildProcess>([
      ['verified', start('isobit-puller.ts', url, root, String(size), 'verified')],
      ['unverified', start('isobit-puller.ts', url, root, String(size), 'unverified')],
      ['plain', start('plain-puller.ts', url, root)],
      ['hashing', start('hashing-process.ts', String(size))],
    ]);
    if (helia) pullers.set('helia', start('helia-puller.ts', helia.address, helia.cid, String(size)));
    await Promise.all([...pullers.values()].map(firstMessage));
    // Whoever is not in turn is stopped: Helia goes on working for a while after its file has come.
    const pause = (): void => {
      for (const child of children) if (child !== isobit) child.kill('SIGSTOP');
    };
    const speeds = new Map<Contestant, number[]>([...pullers.keys()].map((each) => [each, []]));
    for (let round = 0; round < rounds; round++) {
      const order = turnsOf(round, [...pullers]);
      for (const [each, puller] of order) {
        signal?.throwIfAborted();
        const target = join(dir, `${each}-${round}`);
        // Nobody pays for what the one before left to be written.
        await promisify(execFile)('sync');
        pause();
        for (const child of each === 'helia' ? [heliaHost, puller] : [puller]) child?.kill('SIGCONT');
        puller.send(target);
        const speed = size / 1000 / (await firstMessage<number>(puller));
        speeds.get(each)?.push(speed);
        report?.(`pull, round ${round + 1}: ${each} ${speed.toFixed(0)} MB/s`);
        await rm(target, { recursive: true, force: true });
      }
    }
    return figures(speeds, size);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * The order of one round (a Williams design): over as many rounds as there are contestants each stands in each place
 * once and, for an even number, follows each other one once. Who comes first or after whom is worth a third of the speed.
 */
function turnsOf<T>(round: number, contestants: readonly T[]): T[] {
  const n = contestants.length;
  const first = Array.from({ length: n }, (_, i) => (i % 2 === 1 ? (i + 1) / 2 : (n - i / 2) % n));
  return first.map((place) => contestants[(place + round) % n] as T);
}

async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [T];
  return message;
}

function figures(speeds: ReadonlyMap<Contestant, readonly number[]>, size: number): Figure[] {
  const speed = (each: Contestant): number => median(speeds.get(each) ?? []);
  const own = speed('verified');
  const ratio = (name: string, each: Contestant, peer: string, least: number): Figure => {
    const value = own / speed(each);
    const known = Number.isFinite(value);
    return {
      suite: 'pull',
      name,
      value: known ? round(value) : 0,
      unit: 'x',
      peer: known ? `${peer} (${speed(each).toFixed(0)} MB/s)` : peer,
      target: `>= ${least}`,
      holds: !known || value >= least,
      ...(known ? {} : { skipped: `${peer} is not installed: npm run setup:bench` }),
    };
  };
  const MB = Math.round(size / 1e6);
  return [
    {
      suite: 'pull',
      name: `verified pull of ${MB} MB`,
      value: Math.round(own),
      unit: 'MB/s',
      peer: 'none',
      target: 'reported',
      holds: true,
    },
    ratio(
      'verified pull against the same transfer without verification',
      'unverified',
      'the same transfer, unverified',
      0.6,
    ),
    {
      suite: 'pull',
      name: `hashing ${MB} MB and nothing else, one thread`,
      value: Math.round(speed('hashing')),
      unit: 'MB/s',
      peer: 'none',
      target: 'reported',
      holds: true,
    },
    ratio('verified pull against one plain GET into a file', 'plain', 'undici stream', 0.6),
    ratio("verified pull against Helia's bitswap", 'helia', 'Helia bitswap into a folder', 5),
  ];
}

const round = (value: number): number => Math.round(value * 100) / 100;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
