import { isCoded } from '@isobit/core';
import { announceRunning, createNode, defaultOptions, jsonLog, type Node } from '@isobit/node';
import { openPage } from '@isobit/web';
import { decoratorsOf } from '../faults/index.ts';
import type { FailedLine, ProcessConfig, ReadyLine } from './config.ts';

/*
 * The program of one node of a development network. It ends when its parent is gone: the parent holds the other
 * end of its standard input, so that no node outlives the one who started it.
 */

const config = JSON.parse(process.argv[2] ?? '{}') as ProcessConfig;
const say = (line: ReadyLine | FailedLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  await run(config);
} catch (error) {
  say({ failed: failureOf(error) });
  process.exit(1);
}

async function run({ options, fault, pageCache, home }: ProcessConfig): Promise<void> {
  await using node: Node = await createNode(
    { ...defaultOptions(options.dataDir), ...options },
    {
      report: jsonLog((line) => process.stderr.write(`${line}\n`)),
      decorate: decoratorsOf(fault),
      ...(pageCache ? { openPage: () => openPage({ cacheDir: pageCache }) } : {}),
    },
  );
  await using open = new AsyncDisposableStack();
  if (home && node.httpUrl) {
    open.use(
      await announceRunning(home, {
        pid: process.pid,
        http: node.httpUrl,
        address: node.address,
        dataDir: options.dataDir,
        started: Date.now(),
      }),
    );
  }
  const { signing } = (await node.status()) as { signing: { ok: boolean } };
  say({
    ready: {
      address: node.address,
      join: node.addresses(),
      http: node.httpUrl,
      token: node.operatorToken,
      signing: signing.ok,
    },
  });
  await ended();
}

/** A coded error speaks for itself; of any other the place is what matters. */
function failureOf(error: unknown): FailedLine['failed'] {
  if (isCoded(error)) return { code: error.code, message: error.message };
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

/** Resolves when the parent closes the pipe or asks for an end. */
function ended(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.resume();
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
