import type { Command } from '../command.ts';
import { cliError } from '../errors.ts';

export const log: Command = {
  name: 'log',
  args: 'fsck URL|DIR [--trust VKEY]',
  summary: "audit a node's log from its public files",
  details:
    "Reads every entry and tile, computes the tree again, and checks the checkpoint's signatures: with --trust against keys that you know, else against the key that the log itself publishes, and then it says so.",
  options: {
    trust: {
      type: 'string',
      value: 'VKEY',
      multiple: true,
      help: "the log's verifier key (name+id+key); each must have signed",
    },
    witness: {
      type: 'string',
      value: 'VKEY',
      multiple: true,
      help: 'a witness whose cosignature is checked',
    },
    seen: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      help: 'evidence, or a checkpoint, that the log gave out: it must be part of what the log shows now',
    },
  },
  examples: [
    ['isobit log fsck http://127.0.0.1:4620/log', "a node's, over HTTP"],
    ['isobit log fsck http://127.0.0.1:4620 --seen seven.isobit.json', 'does it show everybody the same?'],
    ['isobit log fsck ~/.isobit/node/log', 'a folder, such as a backup'],
  ],
  arity: [2, 2],
  async run(invocation) {
    const [verb, where = ''] = invocation.args;
    if (verb !== 'fsck')
      throw cliError('USAGE', `there is no "isobit log ${verb}": it is isobit log fsck URL|DIR`);
    const { audit } = await import('../log/audit.ts');
    return audit(where, invocation);
  },
};
