import { isHubRef, parseHubRef } from '@isobit/store/hub-ref';
import { type Command, nodeOptions } from '../command.ts';
import { exit } from '../exit.ts';
import { argument, flag, textOption } from '../invocation.ts';
import { needOperator } from '../nodes/find-node.ts';
import { counted, formatBytes } from '../output/bytes.ts';
import { printTable } from '../output/print-table.ts';
import { parseModelName, suggestedName } from '../publish/model-name.ts';
import { publish } from '../publish/publish.ts';

export const push: Command = {
  name: 'push',
  args: 'PATH|hf.co/ORG/REPO [--name NAME[:VERSION]]',
  summary: 'publish a file or folder as a model',
  details:
    'Streams the files into the node, which reads the model in a sealed process, signs a manifest and the name, and announces both. ' +
    'Of a folder everything goes but hidden files; card.json becomes the card. Of a model in several GGUF files any one stands for all, which lie beside it. A version never changes: the next free one is taken where none is given. A model of a hub is pulled first.',
  options: {
    name: {
      type: 'string',
      value: 'NAME[:VERSION]',
      help: "the model's name under this node's key; from the path otherwise",
    },
    entry: {
      type: 'string',
      value: 'FILE',
      help: 'the file that the engine loads, where a folder holds several',
    },
    card: { type: 'string', value: 'FILE', help: 'JSON of labels, how to read an image, metrics, sources' },
    title: { type: 'string', value: 'TEXT', help: "for people; the card's otherwise" },
    task: { type: 'string', value: 'TASK', help: 'such as image-classification' },
    licence: { type: 'string', value: 'SPDX', help: 'such as Apache-2.0' },
    parent: { type: 'string', value: 'REF', help: 'the model that this one was made from' },
    ...nodeOptions,
  },
  examples: [
    ['isobit push models/digits --name digits', 'a folder with its card'],
    ['isobit push model.onnx --name mine:2 --licence MIT', 'one file, as version 2'],
    ['isobit push model.gguf --name writer', 'a language model'],
    ['isobit push big-00001-of-00003.gguf --name big', 'one in three files'],
  ],
  arity: [1, 1],
  async run(invocation) {
    const { terminal, signal } = invocation;
    const path = argument(invocation);
    if (isHubRef(path)) {
      const { pullHub } = await import('../hub/pull-hub.ts');
      return pullHub(parseHubRef(path), invocation);
    }
    const named = parseModelName(textOption(invocation, 'name') ?? suggestedName(path));
    const api = await needOperator(invocation);
    const parent = textOption(invocation, 'parent');
    const texts = ['entry', 'card', 'title', 'task', 'licence'] as const;
    const given = Object.fromEntries(
      texts.map((name) => [name, textOption(invocation, name)]).filter(([, text]) => text),
    );
    const published = await publish({
      api,
      path,
      ...named,
      ...given,
      ...(parent === undefined ? {} : { parent: (await api.resolve(parent, signal)).id }),
      terminal,
      signal,
    });
    if (flag(invocation, 'json')) {
      terminal.json(published);
      return exit.holds;
    }
    const ref = `${published.name}:${published.version}`;
    const rows = [
      ['name', ref],
      ['id', published.id],
      ['size', `${formatBytes(published.size)} in ${counted(published.files, 'file')}`],
      ['run it', `isobit run ${ref} ${/\.onnx$/i.test(published.entry) ? '--input FILE' : '"PROMPT"'}`],
    ];
    printTable(terminal, rows);
    return exit.holds;
  },
};
