import { join } from 'node:path';
import { createNodeApi } from '@isobit/client';
import { hasWeights, isLanguageFormat } from '@isobit/model';
import { announceRunning, createNode } from '@isobit/node';
import { listRunning } from '@isobit/node/running';
import { openPage } from '@isobit/web';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { flag, textOption } from '../invocation.ts';
import { ask, modelList } from '../nodes/answers.ts';
import { type FoundNode, runningNode } from '../nodes/find-node.ts';
import { readNodeOptions } from './node-options.ts';
import { jsonReport, textReport } from './print-node.ts';
import { printServed, type Served } from './print-served.ts';
import { servedModel } from './served-model.ts';
import { DEFAULT_SHIPPED, shippedModel } from './shipped-model.ts';

/**
 * Serves language models of this machine over the gateway's APIs until Ctrl-C; where a node of this user has the same folder
 * open, that one serves them.
 *
 * @throws CodedError as `createNode`, `servedModel`
 */
export async function serveModels(invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal, home } = invocation;
  const dataDir = textOption(invocation, 'data') ?? join(home, 'node');
  const other = (await listRunning(home)).find((each) => each.dataDir === dataDir && each.http);
  if (other && textOption(invocation, 'upstream') !== undefined)
    throw cliError(
      'USAGE',
      `the node that runs already (process ${other.pid}) was started without this upstream: stop it first, or name another folder with --data`,
    );
  if (other) {
    await tell(invocation, await runningNode(other));
    terminal.note(`the node that runs already (process ${other.pid}) serves them`);
    return exit.holds;
  }
  const options = { ...(await readNodeOptions(invocation)), listen: [] };
  if (!options.http) throw cliError('USAGE', 'models are served over HTTP: give --http HOST:PORT, not off');
  signal.throwIfAborted();
  const report = flag(invocation, 'json')
    ? jsonReport(terminal)
    : textReport(terminal, invocation.env['ISOBIT_LOG'] === 'debug');
  await using node = await createNode(options, {
    report,
    openPage: () => openPage({ cacheDir: join(home, 'cache', 'page') }),
  });
  const { address, httpUrl: http = '', operatorToken: token } = node;
  const here = { pid: process.pid, address, dataDir, started: Date.now(), http };
  await using _announced = await announceRunning(home, here);
  await tell(invocation, { api: createNodeApi({ baseUrl: http, token }), isOperator: true });
  await aborted(signal);
  if (!flag(invocation, 'json')) terminal.note('stopping…');
  return exit.holds;
}

/** Finds the models, and tells where they are. */
async function tell(invocation: Invocation, node: FoundNode): Promise<void> {
  const { args, terminal, signal } = invocation;
  const served: Served[] = [];
  for (const text of await wanted(args, node, signal)) {
    const { id, manifest } = await servedModel(text, node, invocation);
    const isAttributed = !hasWeights(manifest.format);
    served.push({ name: await nameOf(id, node, signal), title: manifest.title, isAttributed });
  }
  const { baseUrl } = node.api;
  if (flag(invocation, 'json'))
    terminal.line(JSON.stringify({ serving: { baseUrl: `${baseUrl}/v1`, models: served } }));
  else printServed(terminal, baseUrl, served);
}

/** What was named, else every language model that the node holds, else the one that is shipped. */
async function wanted(
  named: readonly string[],
  { api }: FoundNode,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (named.length > 0) return named;
  const { models } = await ask(api, '/api/models', modelList, { signal });
  const held: string[] = [];
  for (const { id } of models.filter((each) => each.held)) {
    const { manifest } = await api.resolve(id, signal);
    if (isLanguageFormat(manifest.format) && !held.includes(id)) held.push(id);
  }
  if (held.length > 0) return held;
  if (shippedModel(DEFAULT_SHIPPED)) return [DEFAULT_SHIPPED];
  throw cliError(
    'USAGE',
    'no model is here yet: name one, as in isobit serve ./model.gguf or hf.co/ORG/REPO',
  );
}

/** The name that clients write, where the model has one; with its version where another model has the name too. */
async function nameOf(id: string, { api }: FoundNode, signal: AbortSignal): Promise<string> {
  const { models } = await ask(api, '/api/models', modelList, { signal });
  const model = models.find((each) => each.id === id && each.name);
  if (model?.name === undefined) return id;
  const isShared = models.some((each) => each.name === model.name && each.id !== id);
  return isShared && model.version !== undefined ? `${model.name}:${model.version}` : model.name;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
