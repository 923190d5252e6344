import type { Command, Invocation } from './command.ts';
import { type CommandEntry, commandEntries } from './command-table.ts';
import { exit } from './exit.ts';
import { printCommandHelp, printTopHelp } from './help.ts';
import { nearest } from './nearest.ts';

/** Where the command line runs: this process, or a test. */
export type Surroundings = Pick<Invocation, 'terminal' | 'signal' | 'env' | 'stdin'>;

/** Runs one command line. Never throws: whatever happens is told in one line and an exit code. */
export async function runCli(argv: readonly string[], around: Surroundings): Promise<number> {
  const [name, ...rest] = argv;
  const { terminal } = around;
  if (name === undefined || name === '--help' || name === '-h') {
    printTopHelp(terminal);
    return name === undefined ? exit.usage : exit.holds;
  }
  if (name === '--version' || name === '-V') {
    terminal.line((await import('./version.ts')).version);
    return exit.holds;
  }
  const entry = commandEntries.find((each) => each.name === name);
  if (!entry) {
    terminal.note(`isobit: ${unknownCommand(name)}`);
    return exit.usage;
  }
  return runCommand(entry, rest, around);
}

async function runCommand(
  entry: CommandEntry,
  argv: readonly string[],
  around: Surroundings,
): Promise<number> {
  const json = argv.includes('--json');
  try {
    const command = await entry.load();
    if (asksForHelp(command, argv)) {
      printCommandHelp(around.terminal, command);
      return exit.holds;
    }
    const { parseInvocation } = await import('./invocation.ts');
    return await command.run(parseInvocation(command, argv, around));
  } catch (error) {
    const { tellFailure } = await import('./failure.ts');
    return tellFailure(error, { command: entry.name, json, around });
  }
}

/** `--help` counts before any mistake in the rest of the line, but not after `--`. */
function asksForHelp({ name }: Command, argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  return name !== 'help' && options.some((arg) => arg === '--help' || arg === '-h');
}

function unknownCommand(name: string): string {
  const meant = nearest(
    name,
    commandEntries.map((each) => each.name),
  );
  const what = name.startsWith('-') ? `no option "${name}" before a command` : `no command "${name}"`;
  return `there is ${what}${meant ? `; did you mean "isobit ${meant}"?` : ': isobit --help lists all'}`;
}
