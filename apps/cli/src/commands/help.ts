import type { Command } from '../command.ts';
import { commandEntries } from '../command-table.ts';
import { cliError } from '../errors.ts';
import { exit } from '../exit.ts';
import { printCommandHelp, printTopHelp } from '../help.ts';
import { flag } from '../invocation.ts';
import { cliMarkdown } from '../markdown.ts';

export const help: Command = {
  name: 'help',
  args: '[COMMAND]',
  summary: 'help on a command',
  options: { markdown: { type: 'boolean', help: 'all commands as the page docs/cli.md' } },
  examples: [['isobit help run', 'as isobit run --help']],
  arity: [0, 1],
  async run(invocation) {
    const { terminal } = invocation;
    const [name] = invocation.args;
    if (flag(invocation, 'markdown')) {
      terminal.write(await cliMarkdown());
      return exit.holds;
    }
    if (name === undefined || flag(invocation, 'help')) {
      printTopHelp(terminal);
      return exit.holds;
    }
    const entry = commandEntries.find((each) => each.name === name);
    if (!entry) throw cliError('USAGE', `there is no command "${name}": isobit --help lists all`);
    printCommandHelp(terminal, await entry.load());
    return exit.holds;
  },
};
