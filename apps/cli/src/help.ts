import { type Command, commonOptions, type OptionSpec } from './command.ts';
import { commandGroups } from './command-table.ts';
import { formatTable } from './output/table.ts';
import { bold, dim, type Terminal } from './output/terminal.ts';

/** Three lines that show what Isobit is for. */
export const topExamples: readonly (readonly [string, string])[] = [
  ['isobit up', 'a network on this machine to play with'],
  ['isobit run digits --input seven.png --check replay --out seven.isobit.json', ''],
  ['isobit verify seven.isobit.json', 'which claims hold, checked on this machine'],
];

export const EXIT_CODES = '0 all checked claims hold, 1 refuted, 2 usage error, 3 could not tell';

/** `isobit --help`. */
export function printTopHelp(terminal: Terminal): void {
  const title = (text: string): void => terminal.line(bold(terminal, text));
  terminal.line('isobit: host AI models, run them, and check the answers bit for bit');
  terminal.line();
  terminal.line('  isobit COMMAND [ARGUMENTS] [OPTIONS]');
  for (const { title: name, commands } of commandGroups) {
    terminal.line();
    title(name);
    // One width for all groups: the names of the commands are short.
    for (const { name: command, summary } of commands) terminal.line(`  ${command.padEnd(8)}${summary}`);
  }
  terminal.line();
  title('Examples');
  printExamples(terminal, topExamples);
  terminal.line();
  terminal.line(`isobit COMMAND --help tells more. Exit codes: ${EXIT_CODES}.`);
}

/** `isobit COMMAND --help`. */
export function printCommandHelp(terminal: Terminal, command: Command): void {
  terminal.line(`isobit ${command.name}: ${command.summary}`);
  terminal.line();
  terminal.line(`  isobit ${command.name} ${command.args}`.trimEnd());
  if (command.details) {
    terminal.line();
    for (const line of formatTable([[command.details]], Math.min(terminal.width, 100))) terminal.line(line);
  }
  terminal.line();
  terminal.line(bold(terminal, 'Options'));
  const rows = optionLines(command).map(([option, help]) => [`  ${option}`, help]);
  for (const line of formatTable(rows, Math.min(terminal.width, 120))) terminal.line(line);
  terminal.line();
  terminal.line(bold(terminal, 'Examples'));
  printExamples(terminal, command.examples);
}

/** Each option as it is typed, with its help; those of every command last. */
export function optionLines(command: Command): [string, string][] {
  const specs: Record<string, OptionSpec> = { ...command.options, ...commonOptions };
  return Object.entries(specs).map(([name, { value, short, multiple, help }]) => [
    `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}${multiple ? ' …' : ''}`,
    help,
  ]);
}

function printExamples(terminal: Terminal, examples: readonly (readonly [string, string])[]): void {
  const width = Math.max(...examples.filter(([, why]) => why).map(([line]) => line.length));
  for (const [line, why] of examples)
    terminal.line(why ? `  ${line.padEnd(width)}  ${dim(terminal, `# ${why}`)}` : `  ${line}`);
}
