import { runCli } from './cli.ts';
import { interruptSignal } from './interrupts.ts';
import { createTerminal } from './output/terminal.ts';

// A reader that has seen enough (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

const terminal = createTerminal(process);

const unexpected = async (error: unknown): Promise<void> => {
  const { tellFailure } = await import('./failure.ts');
  const around = { terminal, env: process.env, signal: new AbortController().signal };
  process.exit(tellFailure(error, { command: process.argv[2] ?? '', json: false, around }));
};
process.on('uncaughtException', unexpected);
process.on('unhandledRejection', unexpected);

const signal = interruptSignal();
process.exitCode = await runCli(process.argv.slice(2), {
  terminal,
  signal,
  env: process.env,
  stdin: process.stdin,
});
// Everything is closed by now, but a read of standard input that nobody waits for would keep the process.
if (signal.aborted) process.exit();
