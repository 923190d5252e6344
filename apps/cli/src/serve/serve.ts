import { join } from 'node:path';
import { announceRunning, createNode } from '@isobit/node';
import { openPage } from '@isobit/web';
import type { Invocation } from '../command.ts';
import { type ExitCode, exit } from '../exit.ts';
import { flag } from '../invocation.ts';
import { readNodeOptions } from './node-options.ts';
import { jsonReport, printReady, textReport } from './print-node.ts';

/** Runs a node in this process until Ctrl-C. @throws CodedError as `createNode` */
export async function serve(invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal, home } = invocation;
  const options = await readNodeOptions(invocation);
  signal.throwIfAborted();
  const json = flag(invocation, 'json');
  const report = json ? jsonReport(terminal) : textReport(terminal, invocation.env['ISOBIT_LOG'] === 'debug');
  await using running = await createNode(options, {
    report,
    openPage: () => openPage({ cacheDir: join(home, 'cache', 'page') }),
  });
  const { address, httpUrl } = running;
  const here = { pid: process.pid, address, dataDir: options.dataDir, started: Date.now() };
  await using _announced =
    httpUrl === undefined ? undefined : await announceRunning(home, { ...here, http: httpUrl });
  if (json)
    terminal.line(
      JSON.stringify({
        ready: { address, join: running.addresses(), http: httpUrl ?? null, data: options.dataDir },
      }),
    );
  else printReady(terminal, running, options);
  await aborted(signal);
  if (!json) terminal.note('stopping…');
  return exit.holds;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
