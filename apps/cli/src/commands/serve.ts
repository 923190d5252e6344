import { defaultHttpPort } from '@isobit/node/options';
import { type Command, siteOptions, upstreamOptions } from '../command.ts';

export const serve: Command = {
  name: 'serve',
  args: '[MODEL…]',
  summary: 'language models to clients of OpenAI, Anthropic, Ollama',
  details:
    'Starts a node that joins no network, and serves models of this machine at one address to the clients of OpenAI, Anthropic and Ollama, until Ctrl-C. Each answer names its receipt. ' +
    'A model is a file or folder (published first), a name or id that the node knows, or hf.co/ORG/REPO (pulled first). Without one, all that the node holds; on a fresh machine the shipped storyteller. ' +
    'Where this user runs a node on the same folder already, that one serves them.',
  options: {
    data: {
      type: 'string',
      value: 'DIR',
      help: 'folder of keys, models, log and database; ~/.isobit/node otherwise',
    },
    http: {
      type: 'string',
      value: 'HOST:PORT',
      help: `127.0.0.1:${defaultHttpPort}, or the next free port, otherwise`,
    },
    ...siteOptions,
    key: {
      type: 'string',
      value: 'KEY',
      multiple: true,
      help: 'a key with which other machines may ask, without limits; see isobit keys',
    },
    ...upstreamOptions,
    memory: {
      type: 'string',
      value: 'MIB',
      help: 'memory for the models; half of what is free otherwise',
    },
  },
  examples: [
    ['isobit serve', 'what this machine holds, or the storyteller'],
    ['isobit serve ./model.gguf', 'a file of yours'],
    ['isobit serve hf.co/ORG/REPO:Q8_0 storyteller', 'one of a hub, and one by name'],
    ['isobit serve --upstream http://127.0.0.1:11434/v1', 'models of an Ollama, with receipts'],
    ['isobit serve --http 0.0.0.0:4620 --key $KEY', 'for other machines too'],
  ],
  arity: [0, 16],
  run: async (invocation) => (await import('../serve/serve-models.ts')).serveModels(invocation),
};
