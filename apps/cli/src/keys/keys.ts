import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { flag } from '../invocation.ts';
import { ask, type ListedKey, listedKeys, removedKey } from '../nodes/answers.ts';
import { needOperator } from '../nodes/find-node.ts';
import { counted, shorten } from '../output/bytes.ts';
import { printTable } from '../output/print-table.ts';
import { createKey } from './create-key.ts';
import { expiryOf, limitsOf } from './key-text.ts';

const USAGE = 'it is isobit keys create --name NAME, isobit keys list or isobit keys rm NAME';

/** Makes, lists and removes keys of a node. */
export async function runKeys(invocation: Invocation): Promise<ExitCode> {
  const [verb, name] = invocation.args;
  if (verb === 'create' && name === undefined) return createKey(invocation);
  if (verb === 'list' && name === undefined) return listKeys(invocation);
  if (verb === 'rm' && name !== undefined) return removeKey(invocation, name);
  throw cliError('USAGE', `there is no "isobit keys ${invocation.args.join(' ')}": ${USAGE}`);
}

async function listKeys(invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  const answer = await ask(await needOperator(invocation), '/api/keys', listedKeys, { signal });
  if (flag(invocation, 'json')) terminal.json(answer);
  else if (answer.keys.length === 0)
    terminal.line('There are no keys. Make one: isobit keys create --name NAME');
  else printTable(terminal, answer.keys.map(rowOf), ['NAME', 'EXPIRES', 'TODAY', 'LIMITS', 'MODELS']);
  return exit.holds;
}

const rowOf = (key: ListedKey): string[] => [
  key.name,
  expiryOf(key),
  counted(key.tokensToday, 'token'),
  limitsOf(key),
  key.models?.map((id) => shorten(id, 8)).join(' ') ?? 'all',
];

async function removeKey(invocation: Invocation, name: string): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  const init = { method: 'DELETE', signal };
  const path = `/api/keys/${encodeURIComponent(name)}`;
  const answer = await ask(await needOperator(invocation), path, removedKey, init);
  if (flag(invocation, 'json')) terminal.json(answer);
  else terminal.line(`${answer.name} lets nobody in any more`);
  return exit.holds;
}
