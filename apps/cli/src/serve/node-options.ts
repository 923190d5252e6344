import { join } from 'node:path';
import { defaultOptions, type NodeOptions, parseHttp, parseRoles, tracesOf } from '@isobit/node/options';
import type { Invocation } from '../command.ts';
import { countOption, flag, listOption, textOption } from '../invocation.ts';
import { freePort } from '../nodes/free-port.ts';
import { parseSize } from '../nodes/parse-size.ts';
import type { Terminal } from '../output/terminal.ts';
import { readUpstream } from './upstream-choice.ts';

/** What the command line decides about a node. @throws CodedError `USAGE`, `OPTION_INVALID` */
export async function readNodeOptions(invocation: Invocation): Promise<NodeOptions> {
  const { home, terminal } = invocation;
  const defaults = defaultOptions(textOption(invocation, 'data') ?? join(home, 'node'));
  const listen = listOption(invocation, 'listen');
  const roles = textOption(invocation, 'roles');
  const replicate = textOption(invocation, 'replicate');
  const memory = countOption(invocation, 'memory', 64);
  const upstream = await readUpstream(invocation);
  const onLoopback = listen.every((address) => /^\/(?:ip4\/127\.|ip6\/::1\/)/.test(address));
  return {
    ...defaults,
    http: await httpOf(textOption(invocation, 'http'), defaults.http, terminal),
    join: listOption(invocation, 'join'),
    hosts: listOption(invocation, 'host'),
    origins: listOption(invocation, 'origin'),
    keys: listOption(invocation, 'key'),
    mdns: flag(invocation, 'mdns'),
    fast: flag(invocation, 'fast'),
    fastModels: listOption(invocation, 'fast-model'),
    llamaWasm: flag(invocation, 'llama-wasm'),
    traces: tracesOf(invocation.env),
    upstream,
    allowPrivate: onLoopback || flag(invocation, 'allow-private'),
    ...(listen.length > 0 ? { listen } : {}),
    ...(roles === undefined ? {} : { roles: parseRoles(roles) }),
    ...(replicate === undefined ? {} : { replicateBytes: parseSize(replicate, 'replicate') }),
    ...(memory === undefined ? {} : { memoryMiB: memory, languageMemoryMiB: memory }),
  };
}

/** Where HTTP is served: as told, else the first free port from the default one up. */
async function httpOf(
  text: string | undefined,
  otherwise: NodeOptions['http'],
  terminal: Terminal,
): Promise<NodeOptions['http']> {
  if (text !== undefined) return parseHttp(text);
  if (!otherwise) return undefined;
  const port = await freePort(otherwise.host, otherwise.port);
  if (port !== otherwise.port)
    terminal.note(
      `port ${otherwise.port} is taken (another node?), so HTTP is on ${port}; choose one with --http`,
    );
  return { ...otherwise, port };
}
