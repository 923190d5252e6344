import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { defaultHttpPort } from '@isobit/node/options';
import type { Command } from '../command.ts';
import { cliError } from '../errors.ts';
import { exit } from '../exit.ts';
import { bold, dim, type Terminal } from '../output/terminal.ts';
import { modelsFolder } from '../serve/models-folder.ts';

const LEAST_NODES = 2;
const MOST_NODES = 12;

/** `isobit up`, which `npm start` runs: a network on this machine, told step by step. */
export const up: Command = {
  name: 'up',
  args: '',
  summary: 'a network of nodes on this machine, and a lie caught',
  details:
    'Starts nodes as separate processes, publishes the shipped models, has a picture read and a story told, checks both, and catches a lying worker. Stays up until Ctrl-C; what the network keeps is gone then.',
  options: {
    nodes: { type: 'string', value: 'N', help: `honest nodes, ${LEAST_NODES} to ${MOST_NODES} (3)` },
    once: { type: 'boolean', help: 'end when everything has been shown' },
  },
  examples: [
    ['isobit up', 'three nodes, until Ctrl-C'],
    ['isobit up --once', 'the same, and end'],
  ],
  arity: [0, 0],
  async run({ options, terminal, signal, home }) {
    const nodes = countOf(options['nodes']);
    const { tellStory } = await import('@isobit/devnet');
    const dir = await mkdtemp(join(tmpdir(), 'isobit-up-'));
    try {
      await using told = await tellStory({
        nodes,
        dir,
        home,
        pageCache: join(home, 'cache', 'page'),
        firstPort: defaultHttpPort,
        models: modelsFolder(),
        tell: teller(terminal),
        signal,
      });
      printNext(terminal, told, options['once'] === true);
      if (options['once'] !== true) await aborted(signal);
      return exit.holds;
    } catch (error) {
      if (signal.aborted) return exit.holds;
      throw error;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

function countOf(text: unknown): number {
  const count = text === undefined ? 3 : Number(text);
  if (Number.isInteger(count) && count >= LEAST_NODES && count <= MOST_NODES) return count;
  throw cliError(
    'USAGE',
    `--nodes takes a whole number from ${LEAST_NODES} to ${MOST_NODES}; see isobit up --help`,
  );
}

/** Lines with the time since the start; details under them. */
function teller(terminal: Terminal): (line: string, detail?: string) => void {
  const began = performance.now();
  return (line, detail) => {
    const time = `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(7);
    if (line) terminal.line(`${dim(terminal, time)}  ${line}`);
    if (detail) terminal.line(dim(terminal, `${' '.repeat(9)}${detail}`));
  };
}

function printNext(
  terminal: Terminal,
  { url, page, textPage }: { url: string; page: string; textPage: string },
  once: boolean,
): void {
  terminal.line();
  if (once) {
    terminal.line(
      'Without --once the network stays up, with pages that show the lies refused in your own browser.',
    );
    return;
  }
  terminal.line(`See the lie refused in your own browser: ${bold(terminal, page)}`);
  terminal.line(`and the story's, token by token:         ${bold(terminal, textPage)}`);
  const node = url.endsWith(`:${defaultHttpPort}`) ? '' : ` --node ${url}`;
  const picture = relative(process.cwd(), join(modelsFolder(), 'digits/examples/three.png'));
  terminal.line();
  terminal.line('In another terminal:');
  terminal.line(`  npx isobit list${node}`);
  terminal.line(`  npx isobit run digits${node} --input ${picture} --check replay --out three.isobit.json`);
  terminal.line('  npx isobit verify three.isobit.json');
  terminal.line(`  npx isobit run storyteller${node} "Tell me a story about a cat." --check replay`);
  terminal.line();
  terminal.line(dim(terminal, 'Ctrl-C ends every process.'));
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
