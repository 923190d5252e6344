import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOperator, type NodeProcess, spawnNode } from '@isobit/devnet';
import { repositoryPath, waitFor } from '@isobit/testing';
import { type Figure, median, rounded, type SuiteOptions } from './figure.ts';

/** The node under test lets its engine go this soon; one that is used does so after minutes. */
const ENGINE_IDLE_MS = 2_000;

interface Sample {
  readonly startMs: number;
  /** Megabytes right after the start, with the engine process that its self-test needed. */
  readonly withEngine: number;
  /** Megabytes of the node and all its children when nothing has happened for a while. */
  readonly idle: number;
  readonly bare: number;
}

/** What a node costs that does nothing: its memory, with all of its processes, and its start. */
export async function memorySuite({ rounds, signal, report }: SuiteOptions): Promise<Figure[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    signal.throwIfAborted();
    const sample = await measure();
    samples.push(sample);
    report(
      `memory, round ${round + 1}: ${sample.idle.toFixed(0)} MB idle, ${sample.withEngine.toFixed(0)} MB with an engine`,
    );
  }
  const of = (name: keyof Sample): number => median(samples.map((sample) => sample[name]));
  const bare = `a bare Node process: ${of('bare').toFixed(0)} MB`;
  const ratio = (value: number): number => rounded(value / of('bare'));
  return [
    {
      suite: 'memory',
      name: 'a node idle, with its child processes, resident',
      value: Math.round(of('idle')),
      unit: 'MB',
      peer: bare,
      ratio: ratio(of('idle')),
      target: '<= 200',
      holds: of('idle') <= 200,
    },
    {
      suite: 'memory',
      name: 'a node with an engine process, resident',
      value: Math.round(of('withEngine')),
      unit: 'MB',
      peer: bare,
      ratio: ratio(of('withEngine')),
      target: 'reported',
      holds: true,
    },
    {
      suite: 'memory',
      name: 'from start to signing, engine tested',
      value: Math.round(of('startMs')),
      unit: 'ms',
      peer: 'none',
      target: 'reported',
      holds: true,
    },
  ];
}

async function measure(): Promise<Sample> {
  const dir = await mkdtemp(join(tmpdir(), 'isobit-bench-memory-'));
  try {
    const start = performance.now();
    await using node = await spawnNode({
      options: { dataDir: dir, http: { host: '127.0.0.1', port: 0 }, engineIdleMs: ENGINE_IDLE_MS },
    });
    const startMs = performance.now() - start;
    await createOperator(node).publishFolder(repositoryPath('models/digits'), 'digits');
    const withEngine = treeMB(node);
    await waitFor(() => childrenOf(node.pid).length === 0, {
      what: 'the engine process to end',
      timeout: 30_000,
    });
    return { startMs, withEngine, idle: treeMB(node), bare: await bareMB() };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const treeMB = ({ pid }: NodeProcess): number =>
  [pid, ...childrenOf(pid)].reduce((sum, each) => sum + residentMB(each), 0);

/** Of this process id by `ps`, which Linux and macOS have. */
const residentMB = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1000;

function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return parent === pid && child !== undefined ? [child] : [];
  });
}

async function bareMB(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); process.stdin.resume()']);
  await once(child.stdout, 'data');
  const resident = residentMB(child.pid as number);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return resident;
}
