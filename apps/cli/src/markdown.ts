import { commandGroups } from './command-table.ts';
import { EXIT_CODES, optionLines, topExamples } from './help.ts';

/** The page docs/cli.md: every command as its help tells it. */
export async function cliMarkdown(): Promise<string> {
  const lines = [
    '# The command line',
    '',
    'Written by `isobit help --markdown`; a test compares the two.',
    '',
    ...code(topExamples),
    '',
    `Exit codes everywhere: ${EXIT_CODES}. Ctrl-C ends a command cleanly, a second one at once (130).`,
    '`--json` prints JSON wherever a person reads a table; errors are then `{"code", "error"}` on stderr, as a node answers them.',
    'A node is found by itself where one runs on this machine; `--node URL` names another. `ISOBIT_HOME` moves the folder of nodes and caches',
    '(`~/.isobit`), `NO_COLOR` turns colours off, `ISOBIT_DEBUG=1` shows where an error arose.',
    'A node that is started with `OTEL_EXPORTER_OTLP_ENDPOINT` set tells that OpenTelemetry collector of each question, without its words.',
  ];
  for (const { title, commands } of commandGroups) {
    lines.push('', `## ${title}`);
    for (const { load } of commands) {
      const command = await load();
      lines.push('', `### ${command.name}`, '', sentence(command.summary));
      if (command.details) lines.push('', command.details);
      lines.push('', ...code([[`isobit ${command.name} ${command.args}`.trimEnd(), '']]), '');
      lines.push('| option | |', '|---|---|');
      for (const [option, help] of optionLines(command))
        lines.push(`| \`${cell(option)}\` | ${cell(help)} |`);
      lines.push('', ...code(command.examples));
    }
  }
  return `${lines.join('\n')}\n`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

const code = (examples: readonly (readonly [string, string])[]): string[] =>
  examples.map(([line, why]) => `    ${line}${why ? `  # ${why}` : ''}`);
