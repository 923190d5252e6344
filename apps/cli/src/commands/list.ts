import { type Command, nodeOptions } from '../command.ts';
import { exit } from '../exit.ts';
import { flag } from '../invocation.ts';
import { ask, listedName, modelList } from '../nodes/answers.ts';
import { needNode } from '../nodes/find-node.ts';
import { formatBytes, shorten } from '../output/bytes.ts';
import { printTable } from '../output/print-table.ts';

export const list: Command = {
  name: 'list',
  args: '',
  summary: 'the models that the network holds',
  details: 'HERE says whether the node itself holds the bytes; only its operator sees that.',
  options: nodeOptions,
  examples: [
    ['isobit list', ''],
    ['isobit list --json --node https://isobit.example', 'of a node elsewhere'],
  ],
  arity: [0, 0],
  async run(invocation) {
    const { terminal, signal } = invocation;
    const { api, isOperator } = await needNode(invocation);
    const { models } = await ask(api, isOperator ? '/api/models' : '/models', modelList, { signal });
    const sorted = models.sort((a, b) => (listedName(a) < listedName(b) ? -1 : 1));
    if (flag(invocation, 'json')) {
      terminal.json({ models: sorted });
      return exit.holds;
    }
    if (sorted.length === 0) {
      terminal.line('No models are known here yet. Publish one: isobit push PATH --name NAME');
      return exit.holds;
    }
    const titles = ['NAME', 'ID', 'SIZE', 'TASK', ...(isOperator ? ['HERE'] : []), 'TITLE'];
    const rows = sorted.map((model) => [
      listedName(model) || '-',
      shorten(model.id, 8),
      // Of a server's model only its name is here.
      model.format === 'upstream' ? '-' : formatBytes(model.size),
      model.task,
      ...(isOperator ? [model.loaded ? 'loaded' : model.held ? 'yes' : 'no'] : []),
      model.title,
    ]);
    printTable(terminal, rows, titles);
    return exit.holds;
  },
};
