import { parseArgs } from 'node:util';
import type { Figure, SuiteOptions } from './figure.ts';
import { machine } from './machine.ts';
import { suites } from './suites.ts';
import { machineLines, tableLines } from './table.ts';

const USAGE = `npm run bench -- [SUITE...] [--json] [--quick]

Suites: ${Object.keys(suites).join(', ')}; all of them without a name. Peers run in the same run and take turns.
--json   one line of JSON for the machine and one for each figure
--quick  once and with less of everything: to see that it runs
Exit: 0 every target holds, 1 one does not, 2 wrong usage.`;

const ROUNDS = 5;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { names, json, quick, help } = parse(args);
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const unknown = names.find((name) => !Object.hasOwn(suites, name));
  if (unknown !== undefined) {
    console.error(`"${unknown}" is no suite.\n\n${USAGE}`);
    return 2;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('interrupted')));
  const options: SuiteOptions = {
    rounds: quick ? 1 : ROUNDS,
    quick,
    signal: stop.signal,
    report: (line) => console.error(line),
  };
  const here = machine();
  if (json) console.log(JSON.stringify({ machine: here }));
  else for (const line of machineLines(here)) console.log(line);
  const figures: Figure[] = [];
  for (const name of names.length > 0 ? names : Object.keys(suites)) {
    const measured = await run(name, options);
    figures.push(...measured);
    if (json) for (const figure of measured) console.log(JSON.stringify(figure));
  }
  if (!json) console.log(['', ...tableLines(figures)].join('\n'));
  return figures.every(({ holds }) => holds) ? 0 : 1;
}

/** The figures of a suite. One that breaks is a figure that does not hold, so that the others are still seen. */
async function run(name: string, options: SuiteOptions): Promise<readonly Figure[]> {
  try {
    return await (suites[name] as (typeof suites)[string])(options);
  } catch (error) {
    options.signal.throwIfAborted();
    console.error(error);
    const skipped = `broke off: ${(error as Error).message}`;
    return [
      { suite: name, name: 'the suite', value: 0, unit: '', peer: '', target: 'runs', holds: false, skipped },
    ];
  }
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return { ...values, names: positionals };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}
