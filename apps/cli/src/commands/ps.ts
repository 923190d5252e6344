import { type Command, nodeOptions } from '../command.ts';
import { exit } from '../exit.ts';
import { flag } from '../invocation.ts';
import { ask, listedName, modelList, psAnswer } from '../nodes/answers.ts';
import { needOperator } from '../nodes/find-node.ts';
import { formatBytes, formatMs, shorten } from '../output/bytes.ts';
import { printTable } from '../output/print-table.ts';

export const ps: Command = {
  name: 'ps',
  args: '',
  summary: 'models in memory and jobs in progress',
  options: nodeOptions,
  examples: [['isobit ps', '']],
  arity: [0, 0],
  async run(invocation) {
    const { terminal, signal } = invocation;
    const api = await needOperator(invocation);
    const answer = await ask(api, '/api/ps', psAnswer, { signal });
    if (flag(invocation, 'json')) {
      terminal.json(answer);
      return exit.holds;
    }
    const { running, queued, capacity } = answer.jobs;
    terminal.line(`${running} running, ${queued} waiting, room for ${capacity}`);
    if (answer.loaded.length === 0) {
      terminal.line('No model is in memory.');
      return exit.holds;
    }
    terminal.line();
    const { models } = await ask(api, '/api/models', modelList, { signal });
    const names = new Map(models.map((model) => [model.id, listedName(model)]));
    const rows = answer.loaded.map(({ id, profile, bytes, lastUsed }) => [
      names.get(id) || '-',
      shorten(id, 8),
      profile,
      formatBytes(bytes),
      `${formatMs(Math.max(0, Date.now() - lastUsed))} ago`,
    ]);
    printTable(terminal, rows, ['NAME', 'ID', 'PROFILE', 'SIZE', 'LAST USED']);
    return exit.holds;
  },
};
