import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Genesis, openGenesis } from '@isobit/receipt';
import { nodeError } from './errors.ts';
import type { TracesOptions } from './telemetry/traces-options.ts';

export { type TracesOptions, tracesOf } from './telemetry/traces-options.ts';

export const roles = ['host', 'worker', 'witness', 'gateway'] as const;
export type Role = (typeof roles)[number];

/** A server that speaks OpenAI's API, for whose models this node answers. */
export interface UpstreamChoice {
  /** Base URL, such as `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  /** Sent to the server as a bearer token; told to nobody else. */
  readonly key?: string;
  /**
   * By the server's names; beside those that embed, all that it lists where no other is named. `ref` is the published model that the operator says the server
   * runs under the name.
   */
  readonly models: readonly UpstreamModel[];
  /** Longest silence of the server, milliseconds; that of `limits` when absent. */
  readonly stallMs?: number;
}

export interface UpstreamModel {
  readonly name: string;
  readonly ref?: string;
  /** True where it gives embeddings, and no words; `ref` says so itself. */
  readonly embeds?: boolean;
}

/** What an operator may decide about a node. Every one has a default that works on a laptop. */
export interface NodeOptions {
  /** Folder of keys, models, log and database. */
  readonly dataDir: string;
  readonly roles: readonly Role[];
  /** Multiaddrs that libp2p listens on. */
  readonly listen: readonly string[];
  /** Multiaddrs of nodes to join. */
  readonly join: readonly string[];
  /** `host:port`, port 0 for any free one; undefined for no HTTP. */
  readonly http: { readonly host: string; readonly port: number } | undefined;
  /** Names besides loopback's and `http.host` under which the HTTP may be asked. */
  readonly hosts: readonly string[];
  /** Web origins besides the node's own page that may ask. */
  readonly origins: readonly string[];
  /** Keys that callers from other machines must show to run jobs. */
  readonly keys: readonly string[];
  readonly network: Genesis;
  /** Whether to look for nodes by multicast on the local network. */
  readonly mdns: boolean;
  /** Whether addresses in private networks, which peers announce, are followed. On when the node itself listens on loopback. */
  readonly allowPrivate: boolean;
  /** Memory of the child that runs models of tensors, MiB. */
  readonly memoryMiB: number;
  /** Memory for language models and their caches, MiB; half of what the machine has free when absent. */
  readonly languageMemoryMiB: number | undefined;
  /** Longest run of a model of tensors, milliseconds; those of language models last as long as they go on. */
  readonly runTimeoutMs: number;
  /** Models kept loaded, and jobs that may wait. */
  readonly maxLoaded: number;
  readonly maxQueued: number;
  /** Price of a run in the network's smallest units. */
  readonly price: string;
  /** Keep every model that becomes known, up to this many bytes; 0 for none. */
  readonly replicateBytes: number;
  /** Whether the `fast` profile is offered where its native engines are installed. */
  readonly fast: boolean;
  /** Whether the profile `llama-wasm-1` is offered where its engine is installed. */
  readonly llamaWasm: boolean;
  readonly upstream: UpstreamChoice | undefined;
  /** Ids of models that native code may load, besides those that this node's own key published. */
  readonly fastModels: readonly string[];
  /** The OpenTelemetry collector that is told of each question; undefined for none. */
  readonly traces: TracesOptions | undefined;
  /** Time without work after which the process that runs models ends, milliseconds: it holds some 200 MB. */
  readonly engineIdleMs: number;
}

/** `$ISOBIT_HOME`, or `.isobit` in the home folder. */
export const isobitHome = (env: NodeJS.ProcessEnv = process.env): string =>
  env['ISOBIT_HOME'] ?? join(homedir(), '.isobit');

export const defaultHttpPort = 4620;

export const defaultOptions = (dataDir: string): NodeOptions => ({
  dataDir,
  roles,
  listen: ['/ip4/127.0.0.1/tcp/0'],
  join: [],
  http: { host: '127.0.0.1', port: defaultHttpPort },
  hosts: [],
  origins: [],
  keys: [],
  network: openGenesis,
  mdns: false,
  allowPrivate: true,
  memoryMiB: 2048,
  languageMemoryMiB: undefined,
  runTimeoutMs: 60_000,
  maxLoaded: 4,
  maxQueued: 64,
  price: '0',
  replicateBytes: 0,
  fast: false,
  llamaWasm: false,
  upstream: undefined,
  fastModels: [],
  traces: undefined,
  engineIdleMs: 120_000,
});

/** @throws CodedError `OPTION_INVALID` */
export function parseRoles(text: string): Role[] {
  const wanted = text.split(',').map((role) => role.trim());
  const unknown = wanted.find((role) => !roles.some((known) => known === role));
  if (unknown !== undefined)
    throw nodeError('OPTION_INVALID', `"${unknown}" is no role; roles are ${roles.join(', ')}`);
  return [...new Set(wanted)] as Role[];
}

/** `host:port`, `:port`, `port`, or `off`. @throws CodedError `OPTION_INVALID` */
export function parseHttp(text: string): NodeOptions['http'] {
  if (text === 'off') return undefined;
  const match = /^(?:(\[[0-9a-f:]+\]|[^:[\]]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535)
    throw nodeError(
      'OPTION_INVALID',
      `"${text}" is no address to serve HTTP on; give host:port, such as 127.0.0.1:${defaultHttpPort}, or off`,
    );
  return { host: match[1]?.replace(/^\[|\]$/g, '') || '127.0.0.1', port };
}
