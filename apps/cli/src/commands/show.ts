import { existsSync } from 'node:fs';
import { isCoded } from '@isobit/core';
import { isLanguageFormat } from '@isobit/model';
import { type Command, type Invocation, nodeOptions } from '../command.ts';
import { type ExitCode, exit } from '../exit.ts';
import { argument, flag } from '../invocation.ts';
import { ask, type Host, hostList, modelList, workerList } from '../nodes/answers.ts';
import { type FoundNode, needNode } from '../nodes/find-node.ts';
import { printTable } from '../output/print-table.ts';
import { notPulled, readReference } from '../refs.ts';
import { manifestFacts, printCard, printFiles, printSection, printSignatures } from '../show/sheet.ts';

export const show: Command = {
  name: 'show',
  args: 'REF|PATH',
  summary: 'card, inputs and outputs, files, hosts of a model',
  details: 'Of a path it says what would be published; nothing leaves this machine.',
  options: nodeOptions,
  examples: [
    ['isobit show digits', ''],
    ['isobit show ./model.onnx', 'a file of yours, before you push it'],
  ],
  arity: [1, 1],
  async run(invocation) {
    const reference = readReference(argument(invocation));
    if (reference.kind === 'path') return showPath(reference.path, invocation);
    if (reference.kind === 'hub') throw notPulled(argument(invocation));
    try {
      return await showModel(reference.ref, invocation);
    } catch (error) {
      const isUnknown = isCoded(error, 'MODEL_UNKNOWN') || isCoded(error, 'NO_LOCAL_NODE');
      // What could be a name that nobody knows, and stands here.
      if (isUnknown && existsSync(reference.ref)) return showPath(reference.ref, invocation);
      throw error;
    }
  },
};

async function showPath(path: string, invocation: Invocation): Promise<ExitCode> {
  const { showLocal } = await import('../show/local.ts');
  return showLocal(path, invocation);
}

async function showModel(ref: string, invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  const node = await needNode(invocation);
  const { id, manifest } = await node.api.resolve(ref, signal);
  const path = `/models/${encodeURIComponent(id)}`;
  const [{ hosts }, { workers }, names] = await Promise.all([
    ask(node.api, `${path}/hosts`, hostList, { signal }),
    ask(node.api, `${path}/workers`, workerList, { signal }),
    namesOf(id, node, signal),
  ]);
  if (flag(invocation, 'json')) {
    terminal.json({ id, names, manifest, hosts, workers });
    return exit.holds;
  }
  printTable(terminal, [['id', id], ['names', names.join(', ') || '-'], ...manifestFacts(manifest)]);
  if (!isLanguageFormat(manifest.format)) printSignatures(terminal, manifest);
  printFiles(terminal, manifest.files);
  printCard(terminal, manifest.card);
  printSection(
    terminal,
    'Hosts',
    hosts.map(({ node: address, http }: Host) => [address, http.join(' ') || 'no HTTP']),
    'nobody that can be reached holds all of its bytes',
  );
  printSection(
    terminal,
    'Workers',
    workers.map(({ worker, profiles, price, latencyMs }) => [
      worker,
      profiles.join(', '),
      price === '0' ? 'free' : `price ${price}`,
      latencyMs === undefined ? '' : `${Math.round(latencyMs)} ms away`,
    ]),
    'nobody that can be reached runs it',
  );
  return exit.holds;
}

/** Names by which the node knows the model. */
async function namesOf(id: string, { api }: FoundNode, signal: AbortSignal): Promise<string[]> {
  const { models } = await ask(api, '/models', modelList, { signal });
  const named = models.filter((model) => model.id === id && model.name !== undefined);
  return named.map(({ name, version }) => (version ? `${name}:${version}` : `${name}`));
}
