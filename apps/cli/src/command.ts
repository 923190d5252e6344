import type { ParseArgsOptionDescriptor } from 'node:util';
import type { ExitCode } from './exit.ts';
import type { Terminal } from './output/terminal.ts';

/*
 * Nothing here or in what the help needs imports another package: `isobit --help` would then load curves and schemas
 * for a tenth of a second before it prints a line.
 */

/** An option as `--help` shows it. */
export interface OptionSpec extends ParseArgsOptionDescriptor {
  /** What stands for the value in the help: `ADDR`. Absent for switches. */
  readonly value?: string;
  readonly help: string;
}

export interface Invocation {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | string[] | undefined>>;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Folder of the user's nodes, caches and running file. */
  readonly home: string;
}

export interface Command {
  readonly name: string;
  /** Arguments as the help shows them: `REF [--input FILE]`. */
  readonly args: string;
  readonly summary: string;
  /** Sentences for the command's own help. */
  readonly details?: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** A command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** Fewest and most positional arguments. */
  readonly arity: readonly [number, number];
  run(invocation: Invocation): Promise<ExitCode>;
}

/** Options that every command has. */
export const commonOptions: Record<string, OptionSpec> = {
  json: { type: 'boolean', help: 'print JSON for programs' },
  help: { type: 'boolean', short: 'h', help: 'this text' },
};

/** Options of the commands that ask a node. */
export const nodeOptions: Record<string, OptionSpec> = {
  node: {
    type: 'string',
    value: 'URL',
    help: 'the node to ask; otherwise the first one running on this machine',
  },
  token: {
    type: 'string',
    value: 'FILE',
    help: "file of the operator's token, where the node is not this user's",
  },
};

/** Options of the commands that serve HTTP: who may name and ask it. */
export const siteOptions: Record<string, OptionSpec> = {
  host: { type: 'string', value: 'NAME', multiple: true, help: 'a name under which the HTTP may be asked' },
  origin: {
    type: 'string',
    value: 'URL',
    multiple: true,
    help: 'a web origin that may ask besides the own page',
  },
};

/** Options of the commands that may put a node before somebody else's server. */
export const upstreamOptions: Record<string, OptionSpec> = {
  upstream: {
    type: 'string',
    value: 'URL',
    help: "base URL of a server that speaks OpenAI's API (Ollama, vLLM, llama.cpp, a cloud): its models are offered under the profile fast, attributed and not checked",
  },
  'upstream-model': {
    type: 'string',
    value: 'NAME[=REF]',
    multiple: true,
    help: 'a model as that server calls it, and the published model that it runs under this name; all that it lists otherwise',
  },
  'upstream-embedding': {
    type: 'string',
    value: 'NAME',
    multiple: true,
    help: 'a model of that server that gives embeddings, and no words',
  },
  'upstream-key': {
    type: 'string',
    value: 'FILE',
    help: "file of that server's key; $ISOBIT_UPSTREAM_KEY otherwise",
  },
};

/** Options by which a person says whom to believe. */
export const trustOptions: Record<string, OptionSpec> = {
  trust: {
    type: 'string',
    value: 'KEY',
    multiple: true,
    help: "a worker's address (0x…) or a witness's verifier key (name+id+key) to believe; without an address any worker passes",
  },
  witness: { type: 'string', value: 'VKEY', multiple: true, help: 'a witness to believe, as with --trust' },
  threshold: {
    type: 'string',
    value: 'N',
    help: 'cosignatures of believed witnesses that the log must have; this many are then asked for',
  },
  network: {
    type: 'string',
    value: 'ID',
    help: 'digest of the network that receipts must belong to; the open one otherwise',
  },
};
