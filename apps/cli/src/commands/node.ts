import { defaultHttpPort } from '@isobit/node/options';
import { type Command, siteOptions, upstreamOptions } from '../command.ts';

export const node: Command = {
  name: 'node',
  args: '[--join ADDR]',
  summary: 'one node, until Ctrl-C; joins a network with --join',
  details:
    'Works without any option: on loopback, alone, with keys made at the first start. On another address than loopback, running jobs needs a key: one that isobit keys made, or one given by --key.',
  options: {
    join: { type: 'string', value: 'ADDR', multiple: true, help: "another node's join address" },
    roles: { type: 'string', value: 'LIST', help: 'host,worker,witness,gateway; all of them otherwise' },
    data: {
      type: 'string',
      value: 'DIR',
      help: 'folder of keys, models, log and database; ~/.isobit/node otherwise',
    },
    listen: {
      type: 'string',
      value: 'MULTIADDR',
      multiple: true,
      help: 'where peers connect, such as /ip4/0.0.0.0/tcp/4621; loopback otherwise',
    },
    http: {
      type: 'string',
      value: 'HOST:PORT',
      help: `or off; 127.0.0.1:${defaultHttpPort}, or the next free port, otherwise`,
    },
    ...siteOptions,
    key: {
      type: 'string',
      value: 'KEY',
      multiple: true,
      help: 'a key with which other machines may run jobs, without limits; see isobit keys',
    },
    replicate: {
      type: 'string',
      value: 'SIZE',
      help: 'keep every model that becomes known, up to so many bytes, such as 20GB',
    },
    mdns: { type: 'boolean', help: 'look for nodes on the local network by multicast' },
    fast: {
      type: 'boolean',
      help: 'offer the profile fast too, for models that this node publishes (isobit doctor says how)',
    },
    'fast-model': {
      type: 'string',
      value: 'ID',
      multiple: true,
      help: 'a model of somebody else that native code may load, by its id',
    },
    'llama-wasm': {
      type: 'boolean',
      help: 'offer the profile llama-wasm-1 too: any GGUF that llama.cpp runs, exact and slow (isobit doctor says how)',
    },
    ...upstreamOptions,
    memory: {
      type: 'string',
      value: 'MIB',
      help: 'memory of each process that runs models; 2048, and half of what is free for language models',
    },
    'allow-private': {
      type: 'boolean',
      help: 'follow addresses in private networks that peers announce; as it is on loopback',
    },
  },
  examples: [
    ['isobit node', 'a node to play with'],
    ['isobit node --join /ip4/203.0.113.7/tcp/4621/p2p/16Uiu2… --replicate 20GB', 'share this machine'],
    ['isobit node --fast --llama-wasm', 'with the engines that are installed on demand'],
    ['isobit node --upstream http://127.0.0.1:11434/v1', 'with the models of an Ollama on this machine'],
    ['isobit node --listen /ip4/0.0.0.0/tcp/4621 --http 0.0.0.0:4620 --key $KEY', 'reachable by others'],
  ],
  arity: [0, 0],
  run: async (invocation) => (await import('../serve/serve.ts')).serve(invocation),
};
