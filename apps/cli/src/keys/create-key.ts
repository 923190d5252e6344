import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { countOption, flag, listOption, textOption } from '../invocation.ts';
import { ask, madeKey } from '../nodes/answers.ts';
import { needOperator } from '../nodes/find-node.ts';
import { printTable } from '../output/print-table.ts';
import { expiryOf, limitsOf } from './key-text.ts';
import { parseDuration } from './parse-duration.ts';

/** Makes a key, and shows it this once. */
export async function createKey(invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  const body = JSON.stringify(wanted(invocation));
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body, signal };
  const made = await ask(await needOperator(invocation), '/api/keys', madeKey, init);
  if (flag(invocation, 'json')) {
    terminal.json(made);
    return exit.holds;
  }
  printTable(terminal, [
    ['name', made.name],
    ['key', made.key],
    ['expires', expiryOf(made)],
    ['limits', limitsOf(made)],
    ['models', made.models?.join(' ') ?? 'all'],
  ]);
  terminal.note('the key is shown this once: the node keeps its hash alone');
  return exit.holds;
}

/** The body of `POST /api/keys`. @throws CodedError `USAGE` */
function wanted(invocation: Invocation): object {
  const name = textOption(invocation, 'name');
  if (name === undefined) throw cliError('USAGE', 'give the key a name: isobit keys create --name NAME');
  const requestsPerMinute = countOption(invocation, 'requests-per-minute', 1);
  const tokensPerDay = countOption(invocation, 'tokens-per-day', 1);
  const concurrent = countOption(invocation, 'concurrent', 1);
  const expires = textOption(invocation, 'expires');
  const models = listOption(invocation, 'models').flatMap((refs) => refs.split(',').filter(Boolean));
  return {
    name,
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(tokensPerDay === undefined ? {} : { tokensPerDay }),
    ...(concurrent === undefined ? {} : { concurrent }),
    ...(expires === undefined ? {} : { lifetimeMs: parseDuration(expires, 'expires') }),
    ...(models.length > 0 ? { models } : {}),
  };
}
