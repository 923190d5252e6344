import { type Command, nodeOptions } from '../command.ts';
import { exit } from '../exit.ts';
import { argument, flag } from '../invocation.ts';
import { ask, removedModel } from '../nodes/answers.ts';
import { needOperator } from '../nodes/find-node.ts';
import { formatBytes } from '../output/bytes.ts';
import { namedModel } from '../refs.ts';

export const rm: Command = {
  name: 'rm',
  args: 'REF',
  summary: 'forget a model on this node',
  details: 'Bytes that another model needs stay. Other nodes keep what they hold.',
  options: nodeOptions,
  examples: [['isobit rm digits:1', '']],
  arity: [1, 1],
  async run(invocation) {
    const { terminal, signal } = invocation;
    const ref = namedModel(argument(invocation));
    const api = await needOperator(invocation);
    const init = { method: 'DELETE', signal };
    const removed = await ask(api, `/api/models/${encodeURIComponent(ref)}`, removedModel, init);
    if (flag(invocation, 'json')) terminal.json(removed);
    else terminal.line(`${ref} is forgotten here (${removed.id}); ${formatBytes(removed.freed)} freed`);
    return exit.holds;
  },
};
